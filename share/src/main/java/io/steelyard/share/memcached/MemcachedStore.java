package io.steelyard.share.memcached;

import io.steelyard.share.call.Calls.Answer;
import io.steelyard.share.store.Store;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * A store in Memcached 1.4.18 or newer. Keys begin with {@code steelyard:} and are spread over the
 * servers by consistent hashing of the names that the URL gives them, which have to be the same for
 * all nodes. The keys {@code content}, {@code board} and {@code board:...} are its own.
 *
 * <p><b>A server that does not answer</b> holds up each call for at most the time-out, and after
 * the first only one a second. Its keys count as absent as long as another server that was asked
 * answers: {@link #read} gives null for them, {@link #write} leaves them out; both are counted in
 * {@link #lost}, and {@link #content} has another name then and once it is back. Nothing moves to
 * another server, where it would grow old unseen. {@link #update} fails for its keys, {@link
 * #publish} takes another server. Only if no server that was asked answers do calls fail.
 *
 * <p>Memcached forgets as it likes when its memory is full, and refuses values over 1 MB unless it
 * was told otherwise; a value is at most 8 MB. What {@link #update} writes does not expire.
 */
public final class MemcachedStore implements Store {
  static final String PREFIX = "steelyard:";
  private static final Pattern KEY = Pattern.compile("[!-~]{1,200}");
  private static final int ROUNDS_MAX = 16;
  private static final int TRIES_MAX = 100;
  private static final long PAUSE_MAX_NS = 2_000_000;

  private final Servers servers;
  private final Identity identity;
  private final Publisher publisher;
  private final Pollers pollers;

  private MemcachedStore(Servers servers) {
    this.servers = servers;
    this.identity = new Identity(servers);
    this.publisher = new Publisher(servers);
    this.pollers = new Pollers(servers);
  }

  /**
   * A store that connects when it is first asked.
   *
   * @param url {@code memcached://host:port,host:port,...}
   * @param timeout how long each call lasts at most, at least 1 ms
   * @throws IllegalArgumentException if the URL is none of these
   */
  public static Store open(String url, Duration timeout) {
    int timeoutMs = Math.clamp(timeout.toMillis(), 1, Integer.MAX_VALUE);
    return new MemcachedStore(Servers.parse(url, timeoutMs));
  }

  @Override
  public List<byte[]> read(List<String> keys) throws UnavailableException {
    Map<Server, List<String>> parts = new LinkedHashMap<>();
    for (String key : keys.stream().distinct().toList()) {
      String name = name(key);
      parts.computeIfAbsent(servers.of(name), _ -> new ArrayList<>()).add(name);
    }
    List<Server> asked = List.copyOf(parts.keySet());
    List<Server.Words<Map<String, Value>>> words = new ArrayList<>();
    asked.forEach(server -> words.add(talk -> talk.gets(parts.get(server))));
    List<Answer<Map<String, Value>>> answers = servers.askAll(asked, words);
    requireOne(asked, answers);
    Map<String, Value> values = new HashMap<>();
    for (int i = 0; i < asked.size(); i++) {
      if (answers.get(i).failure() == null) {
        values.putAll(answers.get(i).result());
      } else {
        asked.get(i).lost().add(parts.get(asked.get(i)).size());
      }
    }
    List<byte[]> there = new ArrayList<>(keys.size());
    keys.forEach(key -> there.add(bytes(values.get(PREFIX + key))));
    return there;
  }

  /** Its name in a server. What is no key could be a command there. */
  private static String name(String key) {
    if (!KEY.matcher(key).matches()) {
      throw new IllegalArgumentException("a key is 1 to 200 printable characters of ASCII");
    }
    return PREFIX + key;
  }

  private static byte[] bytes(Value value) {
    return value == null ? null : value.bytes();
  }

  @Override
  public void write(List<Item> items) throws UnavailableException {
    Map<Server, Map<String, Item>> parts = new LinkedHashMap<>();
    for (Item item : items) {
      check(item);
      String name = name(item.key());
      parts
          .computeIfAbsent(servers.of(name), _ -> new LinkedHashMap<>())
          .merge(name, item, (a, b) -> outranks(b, a.value()) ? b : a);
    }
    List<Server> asked = List.copyOf(parts.keySet());
    List<Server.Words<Integer>> words = new ArrayList<>();
    asked.forEach(server -> words.add(talk -> write(talk, parts.get(server))));
    List<Answer<Integer>> answers = servers.askAll(asked, words);
    requireOne(asked, answers);
    for (int i = 0; i < asked.size(); i++) {
      finish(asked.get(i), parts.get(asked.get(i)).size(), answers.get(i));
    }
  }

  private static void finish(Server server, int items, Answer<Integer> answer)
      throws UnavailableException {
    if (answer.failure() instanceof Talk.RefusedException refused) {
      throw Servers.failed(List.of(server), refused);
    }
    if (answer.failure() != null) {
      server.lose(items);
    } else if (answer.result() > 0) {
      throw Servers.failed(List.of(server), new IOException("others wrote at each of many tries"));
    }
  }

  /** Writes those of one server; how many others have been faster with, time and again. */
  private static int write(Talk talk, Map<String, Item> items) throws IOException {
    List<String> open = List.copyOf(items.keySet());
    for (int round = 0; round < ROUNDS_MAX && !open.isEmpty(); round++) {
      Map<String, Value> there = talk.gets(open);
      List<String> keys = new ArrayList<>();
      List<Put> puts = new ArrayList<>();
      for (String key : open) {
        Item item = items.get(key);
        if (outranks(item, bytes(there.get(key)))) {
          keys.add(key);
          puts.add(Put.over(there.get(key), key, item.value(), item.ttlS()));
        }
      }
      List<Boolean> stored = talk.put(puts);
      open = new ArrayList<>();
      for (int i = 0; i < keys.size(); i++) {
        if (!stored.get(i)) {
          open.add(keys.get(i));
        }
      }
    }
    return open.size();
  }

  private static boolean outranks(Item item, byte[] there) {
    return there == null
        || there.length < RANK_BYTES
        || Arrays.compareUnsigned(item.value(), 0, RANK_BYTES, there, 0, RANK_BYTES) > 0;
  }

  private static void check(Item item) {
    if (item.value().length < RANK_BYTES || item.ttlS() < 1) {
      throw new IllegalArgumentException("item " + item.key() + ": no rank, or no time to live");
    }
  }

  private static <T> void requireOne(List<Server> asked, List<Answer<T>> answers)
      throws UnavailableException {
    Exception last = null;
    for (Answer<T> answer : answers) {
      if (answer.failure() == null) {
        return;
      }
      last = answer.failure();
    }
    if (last != null) {
      throw Servers.failed(asked, last);
    }
  }

  @Override
  public byte[] update(String key, UnaryOperator<byte[]> change) throws UnavailableException {
    String name = name(key);
    Server server = servers.of(name);
    long deadlineNs = servers.deadlineNs();
    for (int i = 0; i < TRIES_MAX; i++) {
      Value there = servers.ask(server, deadlineNs, true, t -> t.gets(List.of(name))).get(name);
      byte[] next = Objects.requireNonNull(change.apply(bytes(there)), "what is to be there");
      if (Arrays.equals(bytes(there), next)
          || servers
              .ask(server, deadlineNs, false, t -> t.put(List.of(Put.over(there, name, next, 0))))
              .getFirst()) {
        return next;
      }
      // Others have been faster: who waits for a while of its own choice meets them less.
      LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(PAUSE_MAX_NS));
    }
    throw Servers.failed(List.of(server), new IOException("others changed " + key + " each time"));
  }

  @Override
  public void publish(byte[] message) throws UnavailableException {
    publisher.publish(message);
  }

  /** {@inheritDoc} Waits for the first look at each server, not beyond the time-out. */
  @Override
  public void subscribe(Consumer<byte[]> listener, Runnable missed) {
    pollers.add(listener, missed);
  }

  @Override
  public String content() throws UnavailableException {
    return identity.name();
  }

  /** How many keys were read as absent or not written since their server did not answer. */
  public long lost() {
    return servers.all().stream().mapToLong(server -> server.lost().sum()).sum();
  }

  @Override
  public String toString() {
    return servers.toString();
  }

  @Override
  public void close() {
    pollers.close();
    servers.close();
  }
}
