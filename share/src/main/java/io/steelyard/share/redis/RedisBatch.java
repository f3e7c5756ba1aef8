package io.steelyard.share.redis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisAskDataException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisMovedDataException;

/**
 * Commands that go out together: to each server one stream, whose replies are read at its end.
 * Follows a cluster whose slots move. One thread.
 */
final class RedisBatch {
  /** How often a cluster may send us elsewhere. */
  private static final int ROUNDS_MAX = 5;

  private final RedisNodes nodes;
  private final List<RedisCommand> commands;
  private final Object[] replies;

  /** The part of a batch that is for one server. */
  private static final class Share {
    private final Connection connection;
    private final List<Integer> indexes = new ArrayList<>();
    private boolean read;

    private Share(Connection connection) {
      this.connection = connection;
    }
  }

  private RedisBatch(RedisNodes nodes, List<RedisCommand> commands) {
    this.nodes = nodes;
    this.commands = commands;
    this.replies = new Object[commands.size()];
  }

  /**
   * Their replies, in their order; an error is one, too, and is a {@link JedisDataException}.
   *
   * @throws redis.clients.jedis.exceptions.JedisException if a server did not answer
   */
  static List<Object> run(RedisNodes nodes, List<RedisCommand> commands)
      throws InterruptedException {
    RedisBatch batch = new RedisBatch(nodes, commands);
    List<Integer> open = new ArrayList<>();
    for (int i = 0; i < commands.size(); i++) {
      open.add(i);
    }
    for (int round = 0; round < ROUNDS_MAX && !open.isEmpty(); round++) {
      batch.round(open);
      open = batch.redirected();
    }
    return Arrays.asList(batch.replies);
  }

  private void round(List<Integer> open) throws InterruptedException {
    Map<Object, Share> shares = new HashMap<>();
    try {
      for (int i : open) {
        if (!(replies[i] instanceof JedisAskDataException)) {
          send(shares, i);
        }
      }
      for (Share share : shares.values()) {
        receive(share);
      }
    } finally {
      for (Share share : shares.values()) {
        giveBack(share.connection, share.read);
      }
    }
    for (int i : open) {
      if (replies[i] instanceof JedisAskDataException ask) {
        replies[i] = ask(ask.getTargetNode(), i);
      }
    }
  }

  private void send(Map<Object, Share> shares, int i) throws InterruptedException {
    int slot = commands.get(i).slot();
    Object owner = nodes.owner(slot);
    Share share = shares.get(owner);
    if (share == null) {
      share = new Share(nodes.connection(slot));
      shares.put(owner, share);
    }
    share.indexes.add(i);
    share.connection.sendCommand(commands.get(i).toArguments());
  }

  private void receive(Share share) {
    List<Object> received = share.connection.getMany(share.indexes.size());
    for (int k = 0; k < received.size(); k++) {
      replies[share.indexes.get(k)] = received.get(k);
    }
    share.read = true;
  }

  /** A key that is just moving: its new keeper answers to who says that he was sent. */
  private Object ask(HostAndPort node, int i) throws InterruptedException {
    Connection connection = nodes.connection(node);
    boolean read = false;
    try {
      connection.sendCommand(new CommandArguments(Protocol.Command.ASKING));
      connection.sendCommand(commands.get(i).toArguments());
      Object reply = connection.getMany(2).getLast();
      read = true;
      return reply;
    } finally {
      giveBack(connection, read);
    }
  }

  /** One with replies still to come must not meet another command. */
  private static void giveBack(Connection connection, boolean read) {
    if (!read) {
      connection.setBroken();
    }
    connection.close();
  }

  private List<Integer> redirected() {
    List<Integer> again = new ArrayList<>();
    boolean moved = false;
    for (int i = 0; i < replies.length; i++) {
      moved |= replies[i] instanceof JedisMovedDataException;
      if (replies[i] instanceof JedisMovedDataException
          || replies[i] instanceof JedisAskDataException) {
        again.add(i);
      }
    }
    if (moved) {
      nodes.renew();
    }
    return again;
  }
}
