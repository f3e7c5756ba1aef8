package io.steelyard.share.redis;

import io.steelyard.share.call.Listening;
import io.steelyard.share.store.Store.UnavailableException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import redis.clients.jedis.BinaryJedisPubSub;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Subscriptions, each with a connection and two threads of its own: one reads and calls the
 * listener; the other asks now and then whether the server is still there, for a connection can be
 * dead without a word.
 */
final class RedisSubscriber implements AutoCloseable {
  private static final Logger LOG = System.getLogger("steelyard.share");
  private static final long PAUSE_MIN_NS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long PAUSE_MAX_NS = TimeUnit.SECONDS.toNanos(2);

  private final RedisClient client;
  private final byte[] channel;
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  RedisSubscriber(RedisClient client, byte[] channel) {
    this.client = client;
    this.channel = channel;
  }

  void add(Consumer<byte[]> listener, Runnable missed) {
    Listening listening = new Listening(listener, missed);
    Thread thread =
        Thread.ofVirtual().name("steelyard-redis-listener").unstarted(() -> run(listening));
    threads.add(thread);
    thread.start();
    listening.await(client.timeoutMs());
  }

  private void run(Listening listening) {
    long pauseNs = PAUSE_MIN_NS;
    while (!closed) {
      long startNs = System.nanoTime();
      try {
        listen(listening);
      } catch (UnavailableException | RuntimeException e) {
        if (listening.lost() && !closed) {
          LOG.log(Level.WARNING, "messages cannot be heard: " + e.getMessage());
        }
      }
      listening.lost();
      boolean lasted = System.nanoTime() - startNs > PAUSE_MAX_NS;
      pauseNs = lasted ? PAUSE_MIN_NS : Math.min(PAUSE_MAX_NS, pauseNs * 2);
      if (!closed) {
        LockSupport.parkNanos(pauseNs);
      }
    }
  }

  private void listen(Listening listening) throws UnavailableException {
    Connection connection = client.subscription(client.deadlineNs());
    connections.add(connection);
    Subscription subscription = new Subscription(listening);
    Thread watch =
        Thread.ofVirtual()
            .name("steelyard-redis-watch")
            .start(() -> watch(subscription, connection));
    try {
      if (!closed) {
        subscription.proceed(connection, channel);
      }
    } catch (JedisException e) {
      throw client.failed(e);
    } finally {
      watch.interrupt();
      connections.remove(connection);
      disconnect(connection);
    }
  }

  /** Hangs up when nothing has come for a whole turn in which the server was asked for a word. */
  private void watch(Subscription subscription, Connection connection) {
    long turnNs = TimeUnit.MILLISECONDS.toNanos(client.timeoutMs());
    while (!Thread.currentThread().isInterrupted()) {
      long heard = subscription.heard;
      subscription.askForWord();
      LockSupport.parkNanos(turnNs);
      if (subscription.heard == heard && !subscription.busy && !Thread.interrupted()) {
        disconnect(connection);
        return;
      }
    }
  }

  private static void disconnect(Connection connection) {
    try {
      connection.forceDisconnect();
    } catch (IOException | JedisException _) {
      // It was dead already.
    }
  }

  /** One connection's subscription. */
  private static final class Subscription extends BinaryJedisPubSub {
    private final Listening listening;

    /** How often anything has come. */
    private volatile long heard;

    /** The listener has the thread, which cannot hear meanwhile. */
    private volatile boolean busy;

    Subscription(Listening listening) {
      this.listening = listening;
    }

    void askForWord() {
      try {
        if (isSubscribed()) {
          ping();
        }
      } catch (JedisException _) {
        // Then nothing will be heard, either.
      }
    }

    @Override
    public void onMessage(byte[] channel, byte[] message) {
      hear(() -> listening.heard(message));
    }

    @Override
    public void onSubscribe(byte[] channel, int count) {
      hear(listening::found);
    }

    @Override
    public void onPong(byte[] pattern) {
      hear(() -> {});
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // only the reading thread writes
    private void hear(Runnable what) {
      busy = true;
      heard++;
      try {
        what.run();
      } finally {
        heard++;
        busy = false;
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    connections.forEach(RedisSubscriber::disconnect);
    threads.forEach(LockSupport::unpark);
  }
}
