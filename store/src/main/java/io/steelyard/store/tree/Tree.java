package io.steelyard.store.tree;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
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
   * @param value empty if it is no text
   * @param version of this key: names this value and no other that the key had or will have; never
   *     0
   * @param defect why it is no text, if it is none
   */
  public record Entry(String value, long version, Optional<String> defect) {
    /** A text. */
    public Entry(String value, long version) {
      this(value, version, Optional.empty());
    }

    /** From what a store keeps, which is bytes: of UTF-8, or it is defect. */
    public static Entry of(byte[] value, long version) {
      ByteBuffer in = ByteBuffer.wrap(value);
      CharBuffer out = CharBuffer.allocate(value.length);
      if (StandardCharsets.UTF_8.newDecoder().decode(in, out, true).isUnderflow()
          && !in.hasRemaining()) {
        return new Entry(out.flip().toString(), version);
      }
      int at = in.position();
      return new Entry(
          "",
          version,
          Optional.of("not valid UTF-8: 0x%02X as byte %d".formatted(value[at], at + 1)));
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
