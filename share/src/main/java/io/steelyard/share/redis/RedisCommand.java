package io.steelyard.share.redis;

import java.nio.charset.StandardCharsets;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.util.JedisClusterCRC16;

/** A command and the slot whose keeper it is for. */
final class RedisCommand {
  private final int slot;
  private final Protocol.Command command;
  private final byte[][] arguments;

  /** A command for who keeps {@code slot}. */
  RedisCommand(int slot, Protocol.Command command, byte[]... arguments) {
    this.slot = slot;
    this.command = command;
    this.arguments = arguments;
  }

  /** A command for who keeps {@code key}. */
  static RedisCommand of(byte[] key, Protocol.Command command, byte[]... arguments) {
    return new RedisCommand(JedisClusterCRC16.getSlot(key), command, arguments);
  }

  int slot() {
    return slot;
  }

  CommandArguments toArguments() {
    CommandArguments all = new CommandArguments(command);
    for (byte[] argument : arguments) {
      all.add(argument);
    }
    return all;
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
