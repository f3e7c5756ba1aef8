package io.steelyard.share.redis;

import io.steelyard.share.redis.RedisClient.Way;
import io.steelyard.share.store.Store;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import redis.clients.jedis.Protocol;

/**
 * A store in Redis 3.2 or newer, or what speaks like it: one server, one behind sentinels, or a
 * cluster. Keys begin with {@code steelyard:}, of which {@code content...} are its own.
 *
 * <p>What {@link #update} writes does not expire. A write that was lost by a failover (replicas lag
 * behind) shows in {@link #content}, which names the processes, too.
 */
public final class RedisStore implements Store {
  private static final String PREFIX = "steelyard:";
  private static final byte[] CHANNEL = RedisCommand.bytes(PREFIX + "channel");

  /** Keys of one MGET, and items of one stream; a bound for what a server does without a pause. */
  private static final int CHUNK = 1024;

  private static final int TRIES_MAX = 100;
  private static final long PAUSE_MAX_NS = 2_000_000;

  private final RedisClient client;
  private final RedisIdentity identity;
  private final RedisSubscriber subscriber;

  private RedisStore(RedisClient client) {
    this.client = client;
    this.identity = new RedisIdentity(client, PREFIX);
    this.subscriber = new RedisSubscriber(client, CHANNEL);
  }

  /**
   * A store that connects when it is first asked. TLS trusts whom the JDK trusts, and checks names.
   *
   * @param url {@code redis://host:port/database}, {@code redis+sentinel://host:port,.../master}
   *     with {@code /database} behind it if it is not 0, or {@code redis+cluster://host:port,...};
   *     with {@code rediss} for TLS. User and password may stand before the host, percent-encoded.
   *     Sentinels are told no password.
   * @param user null for the default one or the one of the URL
   * @param password null if there is none but that of the URL
   * @param timeout how long each call lasts at most, at least 1 ms
   * @throws IllegalArgumentException if the URL is none of these; says why without secrets
   */
  public static Store open(String url, String user, String password, Duration timeout) {
    try {
      return open(url, user, password, timeout, SSLContext.getDefault());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the JDK's default trust", e);
    }
  }

  /** The same with other trust, and with a certificate of the client's if the server wants one. */
  public static Store open(
      String url, String user, String password, Duration timeout, SSLContext tls) {
    return open(url, user, password, null, timeout, tls);
  }

  /** The same with a password that sentinels are told; null: they are told none. */
  public static Store open(
      String url,
      String user,
      String password,
      String sentinelPassword,
      Duration timeout,
      SSLContext tls) {
    RedisUrl parsed = RedisUrl.parse(url, user, password).withSentinelPassword(sentinelPassword);
    return new RedisStore(
        new RedisClient(parsed, tls, Math.clamp(timeout.toMillis(), 1, Integer.MAX_VALUE)));
  }

  @Override
  public List<byte[]> read(List<String> keys) throws UnavailableException {
    List<RedisCommand> commands = new ArrayList<>();
    if (client.spread()) {
      keys.forEach(
          key -> commands.add(RedisCommand.of(bytes(key), Protocol.Command.GET, bytes(key))));
    } else {
      for (int from = 0; from < keys.size(); from += CHUNK) {
        List<String> some = keys.subList(from, Math.min(keys.size(), from + CHUNK));
        byte[][] all = some.stream().map(RedisStore::bytes).toArray(byte[][]::new);
        commands.add(RedisCommand.of(all[0], Protocol.Command.MGET, all));
      }
    }
    List<byte[]> values = new ArrayList<>(keys.size());
    for (Object reply : client.ask(client.deadlineNs(), commands)) {
      if (reply instanceof List<?> some) {
        some.forEach(value -> values.add((byte[]) value));
      } else {
        values.add((byte[]) reply);
      }
    }
    return values;
  }

  @Override
  public void write(List<Item> items) throws UnavailableException {
    items.forEach(RedisStore::check);
    long deadlineNs = client.deadlineNs();
    for (int from = 0; from < items.size(); from += CHUNK) {
      List<Item> some = items.subList(from, Math.min(items.size(), from + CHUNK));
      client.run(deadlineNs, some.size(), true, (way, i) -> write(way, some.get(i)));
    }
  }

  private static RedisCommand write(Way way, Item item) {
    byte[] ttlMs = RedisCommand.bytes(Long.toString(item.ttlS() * 1000L));
    return script(RedisScript.WRITE, way, bytes(item.key()), item.value(), ttlMs);
  }

  private static RedisCommand script(RedisScript script, Way way, byte[] key, byte[]... arguments) {
    return way == Way.BY_HASH ? script.call(key, arguments) : script.load(key, arguments);
  }

  private static void check(Item item) {
    if (item.value().length < RANK_BYTES || item.ttlS() < 1) {
      throw new IllegalArgumentException("item " + item.key() + ": no rank, or no time to live");
    }
  }

  @Override
  public byte[] update(String key, UnaryOperator<byte[]> change) throws UnavailableException {
    byte[] name = bytes(key);
    long deadlineNs = client.deadlineNs();
    List<RedisCommand> get = List.of(RedisCommand.of(name, Protocol.Command.GET, name));
    for (int i = 0; i < TRIES_MAX; i++) {
      byte[] there = (byte[]) client.ask(deadlineNs, get).getFirst();
      byte[] next = Objects.requireNonNull(change.apply(there), "what is to be there");
      if (Arrays.equals(there, next) || replaced(deadlineNs, name, there, next)) {
        return next;
      }
      // Others have been faster: who waits for a while of its own choice meets them less.
      LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(PAUSE_MAX_NS));
    }
    throw new UnavailableException(
        client + ": others changed " + key + " at each of " + TRIES_MAX + " tries", null);
  }

  private boolean replaced(long deadlineNs, byte[] name, byte[] there, byte[] next)
      throws UnavailableException {
    RedisScript script = there == null ? RedisScript.CREATE : RedisScript.REPLACE;
    byte[][] arguments = there == null ? new byte[][] {next} : new byte[][] {next, there};
    Object done =
        client
            .run(deadlineNs, 1, false, (way, _) -> script(script, way, name, arguments))
            .getFirst();
    return done.equals(1L);
  }

  @Override
  public void publish(byte[] message) throws UnavailableException {
    client.tell(
        client.deadlineNs(), RedisCommand.of(CHANNEL, Protocol.Command.PUBLISH, CHANNEL, message));
  }

  /** {@inheritDoc} Waits for the subscription, not beyond the time-out. */
  @Override
  public void subscribe(Consumer<byte[]> listener, Runnable missed) {
    subscriber.add(listener, missed);
  }

  @Override
  public String content() throws UnavailableException {
    return identity.name();
  }

  private static byte[] bytes(String key) {
    return RedisCommand.bytes(PREFIX + key);
  }

  @Override
  public String toString() {
    return client.toString();
  }

  @Override
  public void close() {
    subscriber.close();
    client.close();
  }
}
