package io.steelyard.store.tree;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All keys below a prefix as they were at one moment. Keys are relative to the prefix and begin
 * with no slash.
 *
 * @param revision of the store at that moment; grows with every change, but not by one
 */
public record Tree(long revision, SortedMap<String, Entry> entries) {
  public Tree {
    entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
  }

  /**
   * What stands under a key.
   *
   * @param version of this key: names this value and no other that the key had or will have; never
   *     0
   */
  public record Entry(String value, long version) {
    /** From what a store keeps, which is bytes. */
    public static Entry of(byte[] value, long version) {
      return new Entry(new String(value, StandardCharsets.UTF_8), version);
    }
  }

  /** The value of a key, if it is there. */
  public Optional<String> value(String key) {
    return Optional.ofNullable(entries.get(key)).map(Entry::value);
  }

  /** What a key's version is; 0 when it is not there. */
  public long version(String key) {
    Entry entry = entries.get(key);
    return entry == null ? 0 : entry.version();
  }
}
