package io.steelyard.share.memcached;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How messages lie in a server, since Memcached cannot push: each server has a board of its own.
 *
 * <pre>
 * steelyard:board            who publishes here: numbers of 16 hex digits, in the order they came
 * steelyard:board:W          how many notes publisher W has written
 * steelyard:board:W:n        its notes, a ring of {@link #NOTES}: note number N is at n = N mod NOTES
 * </pre>
 *
 * <p>A note is its number (8 bytes), which part of how many of its message it is (2 and 2), and the
 * part. Each publisher is the only one who writes its notes and its count, the count last. Who
 * finds itself struck off the board comes back as another one, whose notes begin at 1.
 */
final class Board {
  static final String KEY = MemcachedStore.PREFIX + "board";

  /** Of each publisher; who is further behind has missed some. */
  static final int NOTES = 256;

  static final int PARTS_MAX = 16;
  static final int PART_BYTES_MAX = 900_000;
  static final int NOTE_TTL_S = 60;

  /** A publisher that was silent for so long is struck off by the next one who comes. */
  static final int COUNT_TTL_S = 3600;

  static final int PUBLISHERS_MAX = 256;
  private static final int HEAD_BYTES = 12;
  private static final Pattern PUBLISHER = Pattern.compile("[0-9a-f]{16}");

  private Board() {}

  static String countKey(String publisher) {
    return KEY + ":" + publisher;
  }

  static String noteKey(String publisher, long number) {
    return KEY + ":" + publisher + ":" + Math.floorMod(number, NOTES);
  }

  /** Who is on the board; whatever else is there is ignored. */
  static List<String> publishers(Value board) {
    return Stream.of(text(board).split(" ", -1))
        .filter(word -> PUBLISHER.matcher(word).matches())
        .distinct()
        .limit(PUBLISHERS_MAX)
        .toList();
  }

  static byte[] of(Collection<String> publishers) {
    return bytes(String.join(" ", publishers));
  }

  /** How many notes that count says there are; 0 if it is none. */
  static long count(Value count) {
    String text = text(count);
    return text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
  }

  static byte[] count(long count) {
    return bytes(Long.toString(count));
  }

  /** The notes of one message, the first of which has the number {@code first}. */
  static List<byte[]> notes(byte[] message, long first) {
    int parts = Math.max(1, Math.ceilDiv(message.length, PART_BYTES_MAX));
    if (parts > PARTS_MAX) {
      throw new IllegalArgumentException("message of " + message.length + " bytes");
    }
    List<byte[]> notes = new ArrayList<>(parts);
    for (int i = 0; i < parts; i++) {
      int from = i * PART_BYTES_MAX;
      int length = Math.min(PART_BYTES_MAX, message.length - from);
      ByteBuffer note = ByteBuffer.allocate(HEAD_BYTES + length);
      note.putLong(first + i).putShort((short) i).putShort((short) parts);
      notes.add(note.put(message, from, length).array());
    }
    return notes;
  }

  /** Puts notes of one publisher together to messages. One thread. */
  static final class Reader {
    private final List<ByteBuffer> parts = new ArrayList<>();
    private int bytes;

    /**
     * Reads the next note.
     *
     * @return the message that it completes; null if there is more to come, or no beginning
     */
    byte[] read(byte[] note) {
      ByteBuffer buffer = ByteBuffer.wrap(note).position(Long.BYTES);
      int part = buffer.getShort();
      int count = buffer.getShort();
      if (part == 0) {
        forget();
      }
      if (part != parts.size() || part >= PARTS_MAX) {
        forget();
        return null;
      }
      parts.add(buffer);
      bytes += buffer.remaining();
      return parts.size() < count ? null : whole();
    }

    /** The rest of what has begun will not come. */
    void forget() {
      parts.clear();
      bytes = 0;
    }

    private byte[] whole() {
      ByteBuffer whole = ByteBuffer.allocate(bytes);
      parts.forEach(whole::put);
      forget();
      return whole.array();
    }
  }

  /** Whether that is the note of that number, and not one of an earlier or later turn. */
  static boolean is(Value note, long number) {
    return note != null
        && note.bytes().length >= HEAD_BYTES
        && ByteBuffer.wrap(note.bytes()).getLong() == number;
  }

  private static String text(Value value) {
    return value == null ? "" : new String(value.bytes(), StandardCharsets.US_ASCII);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
