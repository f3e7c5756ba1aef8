package io.steelyard.share.memcached;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Which server keeps which key, by consistent hashing: a server that comes or goes moves its own
 * share of the keys and no other. All nodes agree as long as they call the servers by the same
 * names, in whatever order. Immutable.
 */
final class Ring {
  /** Points of each server: shares differ by some 8% then. */
  private static final int POINTS = 160;

  private final NavigableMap<Long, Integer> points = new TreeMap<>();

  /** A ring of servers with those names. */
  Ring(List<String> names) {
    for (int i = 0; i < names.size(); i++) {
      for (int k = 0; k < POINTS; k++) {
        points.put(hash(names.get(i) + "#" + k), i);
      }
    }
  }

  /** The index of the server that keeps {@code key}. */
  int of(String key) {
    Map.Entry<Long, Integer> next = points.ceilingEntry(hash(key));
    return (next == null ? points.firstEntry() : next).getValue();
  }

  /** FNV-1a, whose bits are mixed once more: by itself it keeps names alike together. */
  private static long hash(String text) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return hash ^ (hash >>> 33);
  }
}
