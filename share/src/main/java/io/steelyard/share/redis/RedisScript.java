package io.steelyard.share.redis;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import redis.clients.jedis.Protocol;

/** What servers do on their own, so that nobody comes between: scripts, sent by their hash. */
enum RedisScript {
  /**
   * Sets KEYS[1] to ARGV[1], to be forgotten after ARGV[2] ms, if its rank is greater than that of
   * what is there. Numbers are compared, since Lua compares strings as the server's locale does.
   */
  WRITE(
      """
      local there = redis.call('GETRANGE', KEYS[1], 0, 15)
      if #there == 16 then
        local old = {struct.unpack('>I4I4I4I4', there)}
        local new = {struct.unpack('>I4I4I4I4', ARGV[1])}
        for i = 1, 4 do
          if new[i] > old[i] then break end
          if new[i] < old[i] or i == 4 then return 0 end
        end
      end
      redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
      return 1
      """),
  /** Sets KEYS[1] to ARGV[1] if it is not there. */
  CREATE("return redis.call('SETNX', KEYS[1], ARGV[1])"),
  /** Sets KEYS[1] to ARGV[1] if it is ARGV[2]. */
  REPLACE(
      """
      if redis.call('GET', KEYS[1]) ~= ARGV[2] then return 0 end
      redis.call('SET', KEYS[1], ARGV[1])
      return 1
      """);

  private static final String ONE_KEY = "1";

  private final String text;
  private final String hash;

  RedisScript(String text) {
    this.text = text;
    this.hash = HexFormat.of().formatHex(sha1(RedisCommand.bytes(text)));
  }

  /** Runs it by its hash; a server that does not know it answers NOSCRIPT. */
  RedisCommand call(byte[] key, byte[]... arguments) {
    return RedisCommand.of(key, Protocol.Command.EVALSHA, with(hash, key, arguments));
  }

  /** Runs it by its text, which the server keeps. */
  RedisCommand load(byte[] key, byte[]... arguments) {
    return RedisCommand.of(key, Protocol.Command.EVAL, with(text, key, arguments));
  }

  private static byte[][] with(String script, byte[] key, byte[]... arguments) {
    List<byte[]> all =
        new ArrayList<>(List.of(RedisCommand.bytes(script), RedisCommand.bytes(ONE_KEY), key));
    all.addAll(List.of(arguments));
    return all.toArray(byte[][]::new);
  }

  private static byte[] sha1(byte[] text) {
    try {
      return MessageDigest.getInstance("SHA-1")
          .digest(text); // Redis' choice; no secret hangs on it
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
