package io.steelyard.cluster.member;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How a {@link Beat} is written: fields of a tag, a length and a value, in any order, so that nodes
 * of different versions understand each other: a tag that is not known is passed over, and a field
 * that is not there has a default.
 *
 * <pre>
 *   version 1 | (tag 1 | length 2 | value)*
 * </pre>
 */
public final class BeatCodec {
  /** Of a beat that is written: about all of 64 virtual addresses of 128 nodes. */
  public static final int BYTES_MAX = 32_768;

  /** Of any list in a beat. */
  static final int ITEMS_MAX = 128;

  private static final byte VERSION = 1;
  private static final int TEXT_BYTES_MAX = 255;

  private static final byte NODE = 1;
  private static final byte INCARNATION = 2;
  private static final byte INSTANCE = 3;
  private static final byte SEQUENCE = 4;
  private static final byte SENT = 5;
  private static final byte RELEASE = 6;
  private static final byte REVISION = 7;
  private static final byte ZONE = 8;
  private static final byte STATE = 9;
  private static final byte CONNECTIONS = 10;
  private static final byte REQUESTS = 11;
  private static final byte OWNS = 12;
  private static final byte CLOCK = 13;
  private static final byte HEARS = 14;
  private static final byte ASKS = 15;
  private static final byte VOTE = 16;

  private BeatCodec() {}

  /** What was received is no beat. */
  public static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1;

    MalformedException(String message) {
      super(message);
    }
  }

  /**
   * The beat's bytes. Texts are cut at 255 bytes and lists at {@value #ITEMS_MAX} items.
   *
   * @throws java.nio.BufferOverflowException if it is longer than {@link #BYTES_MAX}
   */
  public static ByteBuffer write(Beat beat) {
    ByteBuffer out = ByteBuffer.allocate(BYTES_MAX).put(VERSION);
    NodeReport report = beat.report();
    text(out, NODE, beat.node());
    number(out, INCARNATION, beat.incarnation());
    number(out, INSTANCE, beat.instance());
    number(out, SEQUENCE, beat.sequence());
    number(out, SENT, beat.sentNs());
    text(out, RELEASE, report.version());
    text(out, REVISION, report.revision());
    text(out, ZONE, report.zone());
    text(out, STATE, report.state().word());
    number(out, CONNECTIONS, report.connections());
    number(out, REQUESTS, report.requestsPerSecond());
    number(out, CLOCK, report.clockMs());
    texts(out, OWNS, report.owns());
    texts(out, HEARS, beat.hears());
    texts(out, ASKS, beat.asks());
    beat.votes().stream().limit(ITEMS_MAX).forEach(vote -> vote(out, vote));
    return out.flip();
  }

  private static void number(ByteBuffer out, byte tag, long value) {
    out.put(tag).putShort((short) Long.BYTES).putLong(value);
  }

  private static void text(ByteBuffer out, byte tag, String text) {
    byte[] bytes = bytes(text);
    out.put(tag).putShort((short) bytes.length).put(bytes);
  }

  private static void texts(ByteBuffer out, byte tag, List<String> texts) {
    texts.stream().limit(ITEMS_MAX).forEach(text -> text(out, tag, text));
  }

  private static byte[] bytes(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return bytes.length <= TEXT_BYTES_MAX ? bytes : Arrays.copyOf(bytes, whole(bytes));
  }

  /** Not in the middle of a character. */
  private static int whole(byte[] bytes) {
    int end = TEXT_BYTES_MAX;
    while (end > 0 && (bytes[end] & 0xc0) == 0x80) {
      end--;
    }
    return end;
  }

  private static void vote(ByteBuffer out, Vote vote) {
    byte[] what = bytes(vote.what());
    byte[] candidate = bytes(vote.candidate());
    int length = 3 * Long.BYTES + 2 + what.length + candidate.length;
    out.put(VOTE).putShort((short) length).putLong(vote.incarnation()).putLong(vote.echoNs());
    out.put((byte) what.length).put(what).put((byte) candidate.length).put(candidate);
    out.putLong(vote.leaseNs());
  }

  /** Reads a beat to the buffer's limit. */
  public static Beat read(ByteBuffer in) throws MalformedException {
    try {
      return new Reading().read(in);
    } catch (BufferUnderflowException e) {
      throw new MalformedException("it ends in the middle of a field");
    }
  }

  /** The fields that were found so far. */
  private static final class Reading {
    private String node = "";
    private long incarnation;
    private long instance;
    private long sequence;
    private long sentNs;
    private String version = "";
    private String revision = "";
    private String zone = "";
    private NodeReport.State state = NodeReport.State.STARTING;
    private int connections;
    private int requestsPerSecond;
    private long clockMs;
    private final List<String> owns = new ArrayList<>();
    private final List<String> hears = new ArrayList<>();
    private final List<String> asks = new ArrayList<>();
    private final List<Vote> votes = new ArrayList<>();

    Beat read(ByteBuffer in) throws MalformedException {
      int format = in.get();
      if (format != VERSION) {
        throw new MalformedException("it is in a format of number " + format);
      }
      while (in.hasRemaining()) {
        byte tag = in.get();
        int length = Short.toUnsignedInt(in.getShort());
        if (length > in.remaining()) {
          throw new MalformedException("it ends in the middle of a field");
        }
        field(tag, in.slice(in.position(), length));
        in.position(in.position() + length);
      }
      if (node.isEmpty() || incarnation <= 0 || sequence <= 0) {
        throw new MalformedException("it does not say whose it is");
      }
      NodeReport report =
          new NodeReport(
              version, revision, zone, state, connections, requestsPerSecond, owns, clockMs);
      return new Beat(node, incarnation, instance, sequence, sentNs, report, hears, asks, votes);
    }

    private void field(byte tag, ByteBuffer value) throws MalformedException {
      switch (tag) {
        case NODE -> node = text(value);
        case INCARNATION -> incarnation = value.getLong();
        case INSTANCE -> instance = value.getLong();
        case SEQUENCE -> sequence = value.getLong();
        case SENT -> sentNs = value.getLong();
        case RELEASE -> version = text(value);
        case REVISION -> revision = text(value);
        case ZONE -> zone = text(value);
        case STATE -> state = state(text(value));
        case CONNECTIONS -> connections = count(value.getLong());
        case REQUESTS -> requestsPerSecond = count(value.getLong());
        case CLOCK -> clockMs = value.getLong();
        case OWNS -> add(owns, text(value));
        case HEARS -> add(hears, text(value));
        case ASKS -> add(asks, text(value));
        case VOTE -> add(votes, vote(value));
        default -> {
          // Of a later version.
        }
      }
    }

    private static <T> void add(List<T> list, T item) throws MalformedException {
      if (list.size() >= ITEMS_MAX) {
        throw new MalformedException("it has more than " + ITEMS_MAX + " of something");
      }
      list.add(item);
    }

    private static int count(long value) {
      return Math.clamp(value, 0, Integer.MAX_VALUE);
    }

    /** One of a later version is none that could serve here. */
    private static NodeReport.State state(String word) {
      for (NodeReport.State state : NodeReport.State.values()) {
        if (state.word().equals(word)) {
          return state;
        }
      }
      return NodeReport.State.STARTING;
    }

    private static Vote vote(ByteBuffer value) throws MalformedException {
      long incarnation = value.getLong();
      long echoNs = value.getLong();
      String what = text(part(value));
      String candidate = text(part(value));
      return new Vote(what, candidate, incarnation, echoNs, value.getLong());
    }

    private static ByteBuffer part(ByteBuffer value) throws MalformedException {
      int length = Byte.toUnsignedInt(value.get());
      if (length > value.remaining()) {
        throw new MalformedException("a vote ends in the middle");
      }
      ByteBuffer part = value.slice(value.position(), length);
      value.position(value.position() + length);
      return part;
    }

    private static String text(ByteBuffer value) throws MalformedException {
      try {
        String text = StandardCharsets.UTF_8.newDecoder().decode(value).toString();
        if (text.length() > TEXT_BYTES_MAX || text.chars().anyMatch(Character::isISOControl)) {
          throw new MalformedException("a text that is too long or has control characters");
        }
        return text;
      } catch (CharacterCodingException e) {
        throw new MalformedException("a text that is no UTF-8");
      }
    }
  }
}
