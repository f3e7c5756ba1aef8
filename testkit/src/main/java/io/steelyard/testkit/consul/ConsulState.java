package io.steelyard.testkit.consul;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What Consul's servers agree on: keys, sessions, and the index that every change raises. Time is
 * an argument. All that changes it is told as a line, from which it can be made again.
 *
 * <p>After the documentation's pages "KV Store Endpoints", "Session HTTP Endpoint", "Sessions and
 * distributed locks overview" and "Blocking Queries": a list's index is the highest of its keys, or
 * of those that were removed from it until these are forgotten; with neither that of all keys.
 *
 * <p>Whoever calls holds its monitor; a change notifies all who wait on it.
 */
final class ConsulState {
  /** The index 1 is what an empty store answers. */
  private static final long FIRST = 1;

  /**
   * A key with its value in Base64.
   *
   * @param session that holds it; empty for none
   */
  record Pair(
      String key,
      String value,
      long flags,
      String session,
      long createIndex,
      long modifyIndex,
      long lockIndex) {
    String json() {
      String head =
          "{\"LockIndex\":%d,\"Key\":\"%s\",\"Flags\":%d,\"Value\":%s,"
              .formatted(
                  lockIndex, escaped(key), flags, value.isEmpty() ? "null" : '"' + value + '"');
      String held = session.isEmpty() ? "" : "\"Session\":\"" + session + "\",";
      return head
          + held
          + "\"CreateIndex\":%d,\"ModifyIndex\":%d}".formatted(createIndex, modifyIndex);
    }

    private static String escaped(String text) {
      return text.replace("\\", "\\\\").replace("\"", "\\\"");
    }
  }

  /**
   * A session.
   *
   * @param behavior {@code release} or {@code delete}: what becomes of its keys
   * @param lockDelay for which its keys cannot be held by another session afterwards
   * @param endsNs when it runs out
   */
  record Session(String id, Duration ttl, String behavior, Duration lockDelay, long endsNs) {
    String json() {
      return "{\"ID\":\"%s\",\"TTL\":\"%dms\",\"Behavior\":\"%s\"}"
          .formatted(id, ttl.toMillis(), behavior);
    }
  }

  /** Keys, and the index that they are of. */
  record Listing(long index, List<Pair> pairs) {
    Listing {
      pairs = List.copyOf(pairs);
    }
  }

  private final NavigableMap<String, Pair> pairs = new TreeMap<>();
  private final NavigableMap<String, Long> removed = new TreeMap<>();
  private final Map<String, Session> sessions = new LinkedHashMap<>();
  private final Map<String, Long> heldBackUntilNs = new HashMap<>();
  private final Consumer<String> log;
  private long index = FIRST;
  private long keysIndex = FIRST;

  ConsulState(Consumer<String> log) {
    this.log = log;
  }

  /** All keys that begin so. */
  Listing list(String prefix) {
    List<Pair> found = List.copyOf(below(pairs, prefix).values());
    long highest = found.stream().mapToLong(Pair::modifyIndex).max().orElse(0);
    for (long gone : below(removed, prefix).values()) {
      highest = Math.max(highest, gone);
    }
    return new Listing(highest == 0 ? keysIndex : highest, found);
  }

  /** One key. */
  Listing get(String key) {
    Pair pair = pairs.get(key);
    return pair == null
        ? new Listing(keysIndex, List.of())
        : new Listing(pair.modifyIndex(), List.of(pair));
  }

  private static <T> Map<String, T> below(NavigableMap<String, T> all, String prefix) {
    return prefix.isEmpty() ? all : all.subMap(prefix, true, prefix + '\uffff', false);
  }

  /** Sets a key, whoever holds it. */
  void set(String key, String value, long flags) {
    Pair old = pairs.get(key);
    put(key, value, flags, old == null ? "" : old.session());
  }

  /** Sets a key if its ModifyIndex is this one, or with 0 if it is not there. */
  boolean setIf(long modifyIndex, String key, String value, long flags) {
    Pair old = pairs.get(key);
    if ((old == null ? 0 : old.modifyIndex()) != modifyIndex) {
      return false;
    }
    set(key, value, flags);
    return true;
  }

  /** Sets a key for a session that exists, unless another one holds it, or did a moment ago. */
  boolean acquire(String session, String key, String value, long flags, long nowNs) {
    Pair old = pairs.get(key);
    boolean heldByAnother =
        old != null && !old.session().isEmpty() && !old.session().equals(session);
    Long heldBack = heldBackUntilNs.get(key);
    if (heldByAnother || (heldBack != null && heldBack - nowNs > 0)) {
      return false;
    }
    put(key, value, flags, session);
    return true;
  }

  /** Sets a key that a session holds, and lets go of it. */
  boolean release(String session, String key, String value, long flags) {
    Pair old = pairs.get(key);
    if (old == null || !old.session().equals(session)) {
      return false;
    }
    put(key, value, flags, "");
    return true;
  }

  /** What is the same already keeps its index. */
  private void put(String key, String value, long flags, String session) {
    index++;
    log.accept("put %s %d %s %s".formatted(word(key), flags, dash(session), dash(value)));
    Pair old = pairs.get(key);
    long locks = old == null ? 0 : old.lockIndex();
    boolean taken = !session.isEmpty() && (old == null || !old.session().equals(session));
    if (old != null && !taken && same(old, value, flags, session)) {
      return;
    }
    long created = old == null ? index : old.createIndex();
    pairs.put(key, new Pair(key, value, flags, session, created, index, taken ? locks + 1 : locks));
    changed();
  }

  private static boolean same(Pair old, String value, long flags, String session) {
    return old.value().equals(value) && old.flags() == flags && old.session().equals(session);
  }

  private void changed() {
    keysIndex = index;
    notifyAll();
  }

  /** Removes a key. */
  void delete(String key) {
    index++;
    log.accept("delete " + word(key));
    if (pairs.remove(key) != null) {
      removed.put(key, index);
      changed();
    }
  }

  /** Removes a key if its ModifyIndex is this one; one that is not there counts as removed. */
  boolean deleteIf(long modifyIndex, String key) {
    Pair old = pairs.get(key);
    if (old == null || old.modifyIndex() != modifyIndex) {
      return old == null;
    }
    delete(key);
    return true;
  }

  /** Removes all keys that begin so. */
  void deleteTree(String prefix) {
    List.copyOf(below(pairs, prefix).keySet()).forEach(this::delete);
  }

  /** Raises the index of a prefix, as a key does that was there for a moment. */
  void disturb(String prefix) {
    removed.put(prefix + "passing", ++index);
    changed();
  }

  /** Forgets what was removed: the index of a list may go back. */
  void forgetRemoved() {
    removed.clear();
    notifyAll();
  }

  /**
   * A session of this name; it ends between once and twice its TTL after the last renewal.
   *
   * @param chance from 0 to 1: when in that time
   */
  void open(
      String id, Duration ttl, String behavior, Duration lockDelay, long nowNs, double chance) {
    index++;
    log.accept("session %s %d %s %d".formatted(id, ttl.toMillis(), behavior, lockDelay.toMillis()));
    sessions.put(id, new Session(id, ttl, behavior, lockDelay, ends(ttl, nowNs, chance)));
  }

  private static long ends(Duration ttl, long nowNs, double chance) {
    return nowNs + (long) (ttl.toNanos() * (1 + chance));
  }

  /** One that is there, or null. */
  Session session(String id) {
    return sessions.get(id);
  }

  /** Begins its time anew. */
  void renew(Session session, long nowNs, double chance) {
    sessions.put(
        session.id(),
        new Session(
            session.id(),
            session.ttl(),
            session.behavior(),
            session.lockDelay(),
            ends(session.ttl(), nowNs, chance)));
  }

  /** Ends a session, if it is there: its keys are removed or let go. */
  void end(String id, long nowNs) {
    Session session = sessions.remove(id);
    if (session == null) {
      return;
    }
    log.accept("end " + id);
    for (Pair pair : List.copyOf(pairs.values())) {
      if (pair.session().equals(id)) {
        heldBackUntilNs.put(pair.key(), nowNs + session.lockDelay().toNanos());
        letGo(session, pair);
      }
    }
  }

  private void letGo(Session session, Pair pair) {
    if (session.behavior().equals("delete")) {
      delete(pair.key());
    } else {
      put(pair.key(), pair.value(), pair.flags(), "");
    }
  }

  /** Ends the sessions whose time is over. */
  void pass(long nowNs) {
    for (Session session : new ArrayList<>(sessions.values())) {
      if (nowNs - session.endsNs() >= 0) {
        end(session.id(), nowNs);
      }
    }
  }

  /** Makes a change again that was told; what sessions do at their end is told by itself. */
  void redo(String line, long nowNs) {
    String[] words = line.split(" ", -1);
    switch (words[0]) {
      case "put" ->
          put(unword(words[1]), undashed(words[4]), Long.parseLong(words[2]), undashed(words[3]));
      case "delete" -> delete(unword(words[1]));
      case "session" -> open(words[1], millis(words[2]), words[3], millis(words[4]), nowNs, 1);
      case "end" -> sessions.remove(words[1]);
      default -> throw new IllegalStateException("not told by this: " + line);
    }
  }

  private static Duration millis(String text) {
    return Duration.ofMillis(Long.parseLong(text));
  }

  private static String word(String key) {
    return URLEncoder.encode(key, StandardCharsets.UTF_8);
  }

  private static String unword(String word) {
    return URLDecoder.decode(word, StandardCharsets.UTF_8);
  }

  private static String dash(String text) {
    return text.isEmpty() ? "-" : text;
  }

  private static String undashed(String text) {
    return text.equals("-") ? "" : text;
  }
}
