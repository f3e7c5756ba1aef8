package io.steelyard.share.redis;

import io.steelyard.share.call.Calls;
import io.steelyard.share.store.Store.UnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import javax.net.ssl.SSLContext;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/** Asks Redis, in bounded time, and says what failed. Any number of threads may call. */
final class RedisClient implements AutoCloseable {
  private final RedisUrl url;
  private final RedisNodes nodes;
  private final Calls calls;
  private final int timeoutMs;

  RedisClient(RedisUrl url, SSLContext tls, int timeoutMs) {
    this.url = url;
    this.nodes = new RedisNodes(url, tls, timeoutMs);
    this.calls = new Calls("steelyard-redis");
    this.timeoutMs = timeoutMs;
  }

  /** Whether keys are spread over servers. */
  boolean spread() {
    return nodes.spread();
  }

  int timeoutMs() {
    return timeoutMs;
  }

  /** Until when a call that begins now may last. */
  long deadlineNs() {
    return Calls.deadlineNs(timeoutMs);
  }

  /**
   * The replies of commands that may be repeated without harm, in their order: once more over a
   * fresh connection if an old one turns out to be dead.
   *
   * @throws UnavailableException also if one of the replies is an error
   */
  List<Object> ask(long deadlineNs, List<RedisCommand> commands) throws UnavailableException {
    return checked(call(deadlineNs, () -> again(() -> RedisBatch.run(nodes, commands))));
  }

  /** The reply of one command that must not be repeated. */
  Object tell(long deadlineNs, RedisCommand command) throws UnavailableException {
    return checked(call(deadlineNs, () -> RedisBatch.run(nodes, List.of(command)))).getFirst();
  }

  /**
   * Runs a script for many keys: by its hash, and by its text where a server does not know it.
   *
   * @param repeat whether it may run twice for a key
   * @param command makes the command of one key of a way to run the script
   */
  List<Object> run(
      long deadlineNs, int count, boolean repeat, BiFunction<Way, Integer, RedisCommand> command)
      throws UnavailableException {
    return checked(
        call(
            deadlineNs,
            () -> {
              Work<List<Object>> work = () -> scripts(count, command);
              return repeat ? again(work) : work.run();
            }));
  }

  /** How a script is run. */
  enum Way {
    BY_HASH,
    BY_TEXT
  }

  private List<Object> scripts(int count, BiFunction<Way, Integer, RedisCommand> command)
      throws InterruptedException {
    List<Object> replies =
        new ArrayList<>(RedisBatch.run(nodes, commands(count, i -> command.apply(Way.BY_HASH, i))));
    List<Integer> unknown = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (replies.get(i) instanceof JedisNoScriptException) {
        unknown.add(i);
      }
    }
    List<Object> loaded =
        RedisBatch.run(
            nodes, commands(unknown.size(), k -> command.apply(Way.BY_TEXT, unknown.get(k))));
    for (int k = 0; k < loaded.size(); k++) {
      replies.set(unknown.get(k), loaded.get(k));
    }
    return replies;
  }

  private static List<RedisCommand> commands(int count, IntFunction<RedisCommand> command) {
    List<RedisCommand> all = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      all.add(command.apply(i));
    }
    return all;
  }

  /** A slot of each server that keeps keys, lowest first. */
  List<Integer> slots(long deadlineNs) throws UnavailableException {
    return call(deadlineNs, () -> again(nodes::slots));
  }

  /** A connection for a subscription. */
  Connection subscription(long deadlineNs) throws UnavailableException {
    return call(deadlineNs, nodes::subscription);
  }

  private interface Work<T> {
    T run() throws InterruptedException;
  }

  /** Once more over a fresh connection: idle ones die with their server, and the next one lives. */
  private <T> T again(Work<T> work) throws InterruptedException {
    try {
      return work.run();
    } catch (JedisConnectionException _) {
      nodes.drop();
      nodes.renew();
      return work.run();
    }
  }

  private <T> T call(long deadlineNs, Callable<T> work) throws UnavailableException {
    try {
      return calls.call(deadlineNs, work);
    } catch (Exception e) {
      nodes.drop();
      throw failed(e);
    }
  }

  private List<Object> checked(List<Object> replies) throws UnavailableException {
    for (Object reply : replies) {
      if (reply instanceof JedisDataException error) {
        if (String.valueOf(error.getMessage()).startsWith("READONLY")) {
          nodes.drop(); // it is a replica now; the name may lead to its master
        }
        throw failed(error);
      }
    }
    return replies;
  }

  /** What to tell of a failure: its deepest cause, and no secret. */
  UnavailableException failed(Exception e) {
    Throwable deepest = e;
    boolean secret = secret(e);
    while (next(deepest) != null && !(deepest instanceof JedisAccessControlException)) {
      deepest = next(deepest);
      secret |= secret(deepest);
    }
    String why = deepest.getMessage() == null ? deepest.toString() : deepest.getMessage();
    if (deepest instanceof JedisAccessControlException) {
      why = "it refuses the user or the password: " + why;
    }
    // The cause goes along for its stack; not if a server has repeated the password in it.
    return new UnavailableException(url + ": " + url.redacted(why), secret ? null : e);
  }

  private boolean secret(Throwable e) {
    String text = String.valueOf(e.getMessage());
    return !url.redacted(text).equals(text);
  }

  private static Throwable next(Throwable e) {
    if (e.getCause() != null) {
      return e.getCause();
    }
    return e.getSuppressed().length > 0 ? e.getSuppressed()[0] : null;
  }

  @Override
  public String toString() {
    return url.toString();
  }

  @Override
  public void close() {
    calls.close();
    nodes.close();
  }
}
