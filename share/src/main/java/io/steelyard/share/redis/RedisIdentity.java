package io.steelyard.share.redis;

import io.steelyard.share.store.Store.UnavailableException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * The name of what Redis holds: for each server that keeps keys, the random value of a key that the
 * first who asks has set there, and the number of its process. The key goes when the server is
 * emptied; the number changes when it restarts, which may lose the last seconds, and when a replica
 * takes over, which may lose what it had not got. In a cluster each server's key lies in the lowest
 * of its slots, so a cluster that spreads its slots anew has another name, too: a false alarm.
 */
final class RedisIdentity {
  private static final int ID_BYTES = 12;
  private static final Pattern RUN_ID = Pattern.compile("(?m)^run_id:(\\w+)");

  private final RedisClient client;
  private final String prefix;
  private final SecureRandom random = new SecureRandom();

  /** Finding one tries some ten thousand keys, once for each slot. */
  private final ConcurrentHashMap<Integer, byte[]> keys = new ConcurrentHashMap<>();

  RedisIdentity(RedisClient client, String prefix) {
    this.client = client;
    this.prefix = prefix;
  }

  String name() throws UnavailableException {
    long deadlineNs = client.deadlineNs();
    StringBuilder name = new StringBuilder();
    List<Integer> slots = client.spread() ? client.slots(deadlineNs) : List.of(0);
    List<RedisCommand> commands = new ArrayList<>();
    for (int slot : slots) {
      commands.add(new RedisCommand(slot, Protocol.Command.GET, key(slot)));
      commands.add(new RedisCommand(slot, Protocol.Command.INFO, RedisCommand.bytes("server")));
    }
    List<Object> replies = client.ask(deadlineNs, commands);
    for (int i = 0; i < slots.size(); i++) {
      Object there = replies.get(2 * i);
      name.append(name.isEmpty() ? "" : ",")
          .append(text(there == null ? create(deadlineNs, slots.get(i)) : there))
          .append('@')
          .append(process(text(replies.get(2 * i + 1))));
    }
    return name.toString();
  }

  private Object create(long deadlineNs, int slot) throws UnavailableException {
    byte[] id = new byte[ID_BYTES];
    random.nextBytes(id);
    byte[] value = RedisCommand.bytes(HexFormat.of().formatHex(id));
    return client
        .ask(
            deadlineNs,
            List.of(
                new RedisCommand(slot, Protocol.Command.SETNX, key(slot), value),
                new RedisCommand(slot, Protocol.Command.GET, key(slot))))
        .getLast();
  }

  private byte[] key(int slot) {
    return client.spread()
        ? keys.computeIfAbsent(slot, this::find)
        : RedisCommand.bytes(prefix + "content");
  }

  private byte[] find(int slot) {
    for (int i = 0; ; i++) {
      byte[] key = RedisCommand.bytes(prefix + "content{" + i + "}");
      if (JedisClusterCRC16.getSlot(key) == slot) {
        return key;
      }
    }
  }

  private static String text(Object reply) {
    return reply instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : "";
  }

  private static String process(String info) {
    Matcher matcher = RUN_ID.matcher(info);
    return matcher.find() ? matcher.group(1) : "";
  }
}
