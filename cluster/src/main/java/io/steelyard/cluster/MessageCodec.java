package io.steelyard.cluster;

import io.steelyard.core.session.SessionEntry;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How messages are written: a byte that says which it is, then its fields, numbers in network byte
 * order. Whoever sends has the cluster's key; still nothing is believed that does not fit.
 */
public final class MessageCodec {
  /** Of a message that is written. */
  public static final int BYTES_MAX = 1 << 19;

  /** Sessions in one message: 56 KiB, which links send best. */
  public static final int ENTRIES_MAX = 1200;

  /** Parts of what was wanted at a time: more than the largest table has. */
  private static final int PARTS_MAX = 1 << 16;

  /** Counts in one message. */
  static final int TALLIES_MAX = 1024;

  /** Of all but what {@link #bytes(Message)} counts. */
  private static final int HEAD_BYTES_MAX = 32;

  private static final int TALLY_BYTES_MAX = Short.BYTES + Fact.NAME_BYTES_MAX + Long.BYTES;

  private static final byte DELTA = 1;
  private static final byte ACK = 2;
  private static final byte ASK = 3;
  private static final byte HAVE = 4;
  private static final byte WANT = 5;
  private static final byte ENTRIES = 6;
  private static final byte FACTS = 7;
  private static final byte TALLIES = 8;
  private static final int NO_VALUE = -1;

  private MessageCodec() {}

  /** What was received is none of the messages that are known here. */
  public static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1;

    MalformedException(String message) {
      super(message);
    }
  }

  /**
   * Appends a message.
   *
   * @throws java.nio.BufferOverflowException if there is not enough room
   */
  public static void write(Message message, ByteBuffer out) {
    switch (message) {
      case Message.Delta(long sequence, long sentNs, ByteBuffer entries) ->
          out.put(DELTA).putLong(sequence).putLong(sentNs).put(entries.duplicate());
      case Message.Ack(long sequence, long sentNs) ->
          out.put(ACK).putLong(sequence).putLong(sentNs);
      case Message.Ask(int round, long facts) -> out.put(ASK).putInt(round).putLong(facts);
      case Message.Have(int round, Digest digest) -> digest.write(out.put(HAVE).putInt(round));
      case Message.Want(int round, BitSet buckets) ->
          out.put(WANT).putInt(round).put(buckets.toByteArray());
      case Message.Entries(int round, int part, boolean last, ByteBuffer entries) ->
          out.put(ENTRIES)
              .putInt(round)
              .putInt(part)
              .put((byte) (last ? 1 : 0))
              .put(entries.duplicate());
      case Message.Facts(List<Fact> facts) -> {
        out.put(FACTS).putInt(facts.size());
        facts.forEach(fact -> write(fact, out));
      }
      case Message.Tallies(Map<String, Long> counts) -> {
        out.put(TALLIES).putInt(counts.size());
        counts.forEach((name, count) -> {
          write(name, out);
          out.putLong(count);
        });
      }
    }
  }

  /** A message that is written, in a buffer of its own. */
  public static ByteBuffer written(Message message) {
    ByteBuffer out = ByteBuffer.allocate(HEAD_BYTES_MAX + bytes(message));
    write(message, out);
    return out.flip();
  }

  private static int bytes(Message message) {
    return switch (message) {
      case Message.Delta delta -> delta.entries().remaining();
      case Message.Entries part -> part.entries().remaining();
      case Message.Have have -> Digest.BYTES;
      case Message.Want want -> Digest.BUCKETS / Byte.SIZE;
      case Message.Facts told -> told.facts().stream().mapToInt(MessageCodec::bytes).sum();
      case Message.Tallies tallies -> tallies.counts().size() * TALLY_BYTES_MAX;
      case Message.Ack ack -> 0;
      case Message.Ask ask -> 0;
    };
  }

  private static void write(String text, ByteBuffer out) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.putShort((short) bytes.length).put(bytes);
  }

  private static void write(Fact fact, ByteBuffer out) {
    write(fact.name(), out);
    out.putLong(fact.stamp()).putInt(fact.origin());
    byte[] value = fact.value().orElse(null);
    out.putInt(value == null ? NO_VALUE : value.length);
    if (value != null) {
      out.put(value);
    }
  }

  /** The size of a fact that is written. */
  static int bytes(Fact fact) {
    return fact.name().getBytes(StandardCharsets.UTF_8).length
        + fact.value().map(v -> v.length).orElse(0)
        + Short.BYTES
        + Long.BYTES
        + 2 * Integer.BYTES;
  }

  /**
   * Reads the one message that {@code in} consists of. What it has of sessions stays in there.
   *
   * @throws MalformedException if it is none
   */
  public static Message read(ByteBuffer in) throws MalformedException {
    try {
      Message message = readAny(in);
      if (in.hasRemaining()) {
        throw new MalformedException(in.remaining() + " bytes are left of a message");
      }
      return message;
    } catch (BufferUnderflowException e) {
      throw new MalformedException("a message ends too soon");
    } catch (IllegalArgumentException e) {
      throw new MalformedException(e.getMessage());
    }
  }

  private static Message readAny(ByteBuffer in) throws MalformedException {
    byte type = in.get();
    return switch (type) {
      case DELTA -> new Message.Delta(in.getLong(), in.getLong(), entries(in));
      case ACK -> new Message.Ack(in.getLong(), in.getLong());
      case ASK -> new Message.Ask(in.getInt(), in.getLong());
      case HAVE -> new Message.Have(in.getInt(), Digest.read(in));
      case WANT -> new Message.Want(in.getInt(), buckets(in));
      case ENTRIES -> entriesPart(in);
      case FACTS -> facts(in);
      case TALLIES -> tallies(in);
      default -> throw new MalformedException("a message of kind " + type);
    };
  }

  private static Message entriesPart(ByteBuffer in) throws MalformedException {
    int round = in.getInt();
    int part = in.getInt();
    if (part < 0 || part > PARTS_MAX) {
      throw new MalformedException("part " + part);
    }
    return new Message.Entries(round, part, in.get() != 0, entries(in));
  }

  private static ByteBuffer rest(ByteBuffer in) {
    ByteBuffer rest = in.slice();
    in.position(in.limit());
    return rest;
  }

  private static ByteBuffer entries(ByteBuffer in) throws MalformedException {
    if (in.remaining() % SessionEntry.BYTES != 0
        || in.remaining() > ENTRIES_MAX * SessionEntry.BYTES) {
      throw new MalformedException("sessions of " + in.remaining() + " bytes");
    }
    return rest(in);
  }

  private static BitSet buckets(ByteBuffer in) throws MalformedException {
    if (in.remaining() > Digest.BUCKETS / Byte.SIZE) {
      throw new MalformedException("more buckets than there are");
    }
    return BitSet.valueOf(rest(in));
  }

  private static Message facts(ByteBuffer in) throws MalformedException {
    int n = in.getInt();
    if (n < 0 || n > FactBook.FACTS_MAX) {
      throw new MalformedException(n + " facts");
    }
    List<Fact> facts = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      facts.add(fact(in));
    }
    return new Message.Facts(facts);
  }

  private static Fact fact(ByteBuffer in) throws MalformedException {
    String name = text(in);
    long stamp = in.getLong();
    int origin = in.getInt();
    int length = in.getInt();
    if (length < NO_VALUE || length > Fact.VALUE_BYTES_MAX) {
      throw new MalformedException("a fact of " + length + " bytes");
    }
    byte[] value = length == NO_VALUE ? null : new byte[length];
    if (value != null) {
      in.get(value);
    }
    return Fact.of(name, value, stamp, origin);
  }

  private static String text(ByteBuffer in) throws MalformedException {
    int length = in.getShort();
    if (length < 0 || length > Fact.NAME_BYTES_MAX) {
      throw new MalformedException("a name of " + length + " bytes");
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static Message tallies(ByteBuffer in) throws MalformedException {
    int n = in.getInt();
    if (n < 0 || n > TALLIES_MAX) {
      throw new MalformedException(n + " counts");
    }
    Map<String, Long> counts = new HashMap<>();
    for (int i = 0; i < n; i++) {
      counts.put(text(in), in.getLong());
    }
    return new Message.Tallies(counts);
  }
}
