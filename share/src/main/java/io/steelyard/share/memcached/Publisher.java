package io.steelyard.share.memcached;

import io.steelyard.share.store.Store.UnavailableException;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes messages to the {@link Board} of one server; of another one if it does not answer, in
 * which case a message may come twice. One message at a time: callers wait for each other, no
 * longer than the time-out.
 */
final class Publisher {
  private static final int TRIES_MAX = 32;

  private final Servers servers;
  private final SecureRandom random = new SecureRandom();
  private final int favourite;
  private final ReentrantLock lock = new ReentrantLock(true);
  private final Map<Server, Self> selves = new HashMap<>();

  /** Who we are on one server's board. */
  private static final class Self {
    private final String publisher;

    /** Notes written; one that may not have arrived counts, lest its number be used twice. */
    private long count;

    private Self(String publisher) {
      this.publisher = publisher;
    }
  }

  Publisher(Servers servers) {
    this.servers = servers;
    this.favourite = random.nextInt(servers.all().size());
  }

  void publish(byte[] message) throws UnavailableException {
    long deadlineNs = servers.deadlineNs();
    if (!locked(deadlineNs)) {
      throw Servers.failed(servers.all(), new IOException("others are publishing"));
    }
    try {
      UnavailableException last = null;
      for (Server server : candidates()) {
        try {
          publish(server, between(deadlineNs), message);
          return;
        } catch (UnavailableException e) {
          last = e;
        }
      }
      throw last;
    } finally {
      lock.unlock();
    }
  }

  private boolean locked(long deadlineNs) {
    try {
      return lock.tryLock(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** First who is alive, the favourite before others: all nodes together use all servers. */
  private List<Server> candidates() {
    List<Server> alive = new ArrayList<>();
    List<Server> dead = new ArrayList<>();
    for (int i = 0; i < servers.all().size(); i++) {
      Server server = servers.all().get((favourite + i) % servers.all().size());
      (server.alive() ? alive : dead).add(server);
    }
    alive.addAll(dead);
    return alive;
  }

  /** Half of what is left, so that another server may have a turn; the last one needs no more. */
  private long between(long deadlineNs) {
    long nowNs = System.nanoTime();
    return servers.all().size() == 1 ? deadlineNs : nowNs + (deadlineNs - nowNs) / 2;
  }

  private void publish(Server server, long deadlineNs, byte[] message) throws UnavailableException {
    Self self = selves.get(server);
    if (self == null || !written(server, deadlineNs, self, message)) {
      Self other = new Self(HexFormat.of().toHexDigits(random.nextLong()));
      written(server, deadlineNs, other, message);
      servers.ask(server, deadlineNs, true, talk -> joined(talk, other));
      selves.put(server, other);
    }
  }

  /** Writes a message, in one round trip; whether we are on the board, so that others read it. */
  private boolean written(Server server, long deadlineNs, Self self, byte[] message)
      throws UnavailableException {
    List<byte[]> notes = Board.notes(message, self.count + 1);
    List<Put> puts = new ArrayList<>();
    for (byte[] note : notes) {
      self.count++;
      puts.add(Put.always(Board.noteKey(self.publisher, self.count), note, Board.NOTE_TTL_S));
    }
    puts.add(
        Put.always(Board.countKey(self.publisher), Board.count(self.count), Board.COUNT_TTL_S));
    return servers.ask(
        server,
        deadlineNs,
        true,
        talk -> {
          talk.put(puts);
          Value board = talk.gets(List.of(Board.KEY)).get(Board.KEY);
          return Board.publishers(board).contains(self.publisher);
        });
  }

  /** Puts us on the board, and strikes off who has been silent for too long. */
  private static boolean joined(Talk talk, Self self) throws IOException {
    for (int i = 0; i < TRIES_MAX; i++) {
      Value board = talk.gets(List.of(Board.KEY)).get(Board.KEY);
      List<String> there = new ArrayList<>(Board.publishers(board));
      if (there.contains(self.publisher)) {
        return true;
      }
      Map<String, Value> counts = talk.gets(there.stream().map(Board::countKey).toList());
      there.removeIf(publisher -> !counts.containsKey(Board.countKey(publisher)));
      if (there.size() >= Board.PUBLISHERS_MAX) {
        there.removeFirst();
      }
      there.add(self.publisher);
      if (talk.put(List.of(Put.over(board, Board.KEY, Board.of(there), 0))).getFirst()) {
        return true;
      }
    }
    throw new Talk.RefusedException("the board changes all the time");
  }
}
