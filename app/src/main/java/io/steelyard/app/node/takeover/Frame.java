package io.steelyard.app.node.takeover;

import io.steelyard.net.DescriptorSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A message between two processes of which one takes over from the other; descriptors may go with
 * it. They may be of different versions: kinds that are not known are passed over, and the protocol
 * has a number of its own, which changes when that is not enough.
 *
 * <pre>
 *   4 bytes  magic: "SYTO"
 *   2 bytes  version of the protocol
 *   1 byte   kind
 *   1 byte   length of the name, then the name in UTF-8
 *   the rest is the body
 * </pre>
 */
record Frame(Kind kind, String name, ByteBuffer body) {
  static final short VERSION = 1;

  /** Of a body; with its head a frame fits into one message. */
  static final int BODY_BYTES_MAX = DescriptorSocket.BYTES_MAX - 512;

  static final int NAME_BYTES_MAX = 255;

  private static final int MAGIC = 'S' << 24 | 'Y' << 16 | 'T' << 8 | 'O';
  private static final int HEAD_BYTES = 8;
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  /** Who says it, and what. */
  enum Kind {
    /** Of a later version; to be passed over. */
    UNKNOWN(0),
    /** The new one wants to take over. */
    ASK(1),
    /** The old one does not give anything, and says why. */
    REFUSED(2),
    /** Listening sockets of the old one: their addresses; the descriptors go with it. */
    SOCKETS(3),
    /** A piece of a named value of the old one's. */
    PART(4),
    /** That was all that was asked for. */
    END(5),
    /** The new one wants the sessions that have changed since it asked last. */
    CHANGED(6),
    /** Some of them. */
    SESSIONS(7),
    /** The new one serves; the addresses whose sockets it has taken over. */
    SERVING(8);

    private final byte code;

    Kind(int code) {
      this.code = (byte) code;
    }

    private static Kind of(byte code) {
      for (Kind kind : values()) {
        if (kind.code == code) {
          return kind;
        }
      }
      return UNKNOWN;
    }
  }

  static Frame of(Kind kind) {
    return new Frame(kind, "", NOTHING);
  }

  static Frame of(Kind kind, String text) {
    return new Frame(kind, "", ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** The body as text. */
  String text() {
    return StandardCharsets.UTF_8.decode(body.duplicate()).toString();
  }

  /** As bytes. A name or a body that is too long is an IllegalArgumentException. */
  byte[] encode() {
    byte[] called = name.getBytes(StandardCharsets.UTF_8);
    if (called.length > NAME_BYTES_MAX || body.remaining() > BODY_BYTES_MAX) {
      throw new IllegalArgumentException(name + ": " + body.remaining() + " bytes");
    }
    ByteBuffer out = ByteBuffer.allocate(HEAD_BYTES + called.length + body.remaining());
    out.putInt(MAGIC).putShort(VERSION).put(kind.code).put((byte) called.length);
    return out.put(called).put(body.duplicate()).array();
  }

  /**
   * The one frame that {@code in} consists of.
   *
   * @throws IOException if it is none, or of another protocol
   */
  static Frame decode(ByteBuffer in) throws IOException {
    if (in.remaining() < HEAD_BYTES || in.getInt() != MAGIC) {
      throw new IOException("what was received is no message of a take-over");
    }
    short version = in.getShort();
    if (version != VERSION) {
      throw new IOException(
          "the other process takes over by protocol " + version + ", this one by " + VERSION);
    }
    Kind kind = Kind.of(in.get());
    int length = in.get() & 0xff;
    if (length > in.remaining()) {
      throw new IOException("a name of " + length + " bytes in " + in.remaining());
    }
    byte[] name = new byte[length];
    in.get(name);
    return new Frame(kind, new String(name, StandardCharsets.UTF_8), in.slice());
  }
}
