package io.steelyard.share.memcached;

import io.steelyard.share.call.Listening;
import io.steelyard.share.store.Store.UnavailableException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Reads one server's {@link Board} for one listener: who publishes and how many notes there are in
 * one round trip, then the notes that are new. One thread.
 */
final class Poller {
  /** Fetched at a time, since each may have a megabyte. */
  private static final int NOTES_AT_ONCE = 16;

  /** Notes expire; who did not look for so long may not have seen some. */
  private static final long SLEPT_NS = TimeUnit.SECONDS.toNanos(Board.NOTE_TTL_S / 2);

  private final Servers servers;
  private final Server server;
  private final Listening listening;
  private final Map<String, Reading> readings = new HashMap<>();
  private boolean begun;
  private boolean gap;
  private long lookedNs;

  /** How far one publisher's notes have been read. */
  private static final class Reading {
    private long count;
    private final Board.Reader reader = new Board.Reader();
  }

  Poller(Servers servers, Server server, Listening listening) {
    this.servers = servers;
    this.server = server;
    this.listening = listening;
    this.lookedNs = System.nanoTime();
  }

  /** Looks once. Blocks, also while the listener is told. */
  void look() {
    gap |= System.nanoTime() - lookedNs > SLEPT_NS;
    try {
      Map<String, Long> counts = counts();
      if (begun) {
        read(counts);
      } else {
        begin(counts);
      }
      lookedNs = System.nanoTime();
    } catch (UnavailableException _) {
      stumble(); // the server says it once, for all
      return;
    }
    if (gap) {
      gap = false;
      listening.missed();
    }
  }

  /** Begins anew with the next look, and says that messages may have been missed. */
  void stumble() {
    gap = true;
    begun = false;
  }

  /** How many notes each publisher on the board has written. */
  private Map<String, Long> counts() throws UnavailableException {
    List<String> keys = new ArrayList<>(List.of(Board.KEY));
    readings.keySet().forEach(publisher -> keys.add(Board.countKey(publisher)));
    Map<String, Value> values = new HashMap<>(gets(keys));
    List<String> publishers = Board.publishers(values.get(Board.KEY));
    List<String> strangers =
        publishers.stream()
            .filter(publisher -> !readings.containsKey(publisher))
            .map(Board::countKey)
            .toList();
    if (!strangers.isEmpty()) {
      values.putAll(gets(strangers));
    }
    Map<String, Long> counts = new HashMap<>();
    for (String publisher : publishers) {
      counts.put(publisher, Board.count(values.get(Board.countKey(publisher))));
    }
    return counts;
  }

  /** From now on: what is there already is not news. */
  private void begin(Map<String, Long> counts) {
    readings.clear();
    counts.forEach((publisher, count) -> reading(publisher).count = count);
    begun = true;
  }

  private void read(Map<String, Long> counts) throws UnavailableException {
    // Whoever was struck off may have written something that nobody can know of now.
    gap |= readings.keySet().retainAll(Set.copyOf(counts.keySet()));
    for (Map.Entry<String, Long> each : counts.entrySet()) {
      read(each.getKey(), each.getValue());
    }
  }

  private void read(String publisher, long count) throws UnavailableException {
    Reading reading = reading(publisher);
    if (count - reading.count > Board.NOTES) {
      gap = true;
      reading.count = count - Board.NOTES;
    }
    while (reading.count < count) {
      long to = Math.min(count, reading.count + NOTES_AT_ONCE);
      List<String> keys = new ArrayList<>();
      for (long number = reading.count + 1; number <= to; number++) {
        keys.add(Board.noteKey(publisher, number));
      }
      Map<String, Value> notes = gets(keys);
      for (String key : keys) {
        take(reading, notes.get(key));
      }
    }
  }

  private void take(Reading reading, Value note) {
    reading.count++;
    if (!Board.is(note, reading.count)) {
      gap = true;
      reading.reader.forget();
      return;
    }
    byte[] message = reading.reader.read(note.bytes());
    if (message != null) {
      listening.heard(message);
    }
  }

  private Reading reading(String publisher) {
    return readings.computeIfAbsent(publisher, _ -> new Reading());
  }

  private Map<String, Value> gets(List<String> keys) throws UnavailableException {
    return servers.ask(server, servers.deadlineNs(), true, talk -> talk.gets(keys));
  }
}
