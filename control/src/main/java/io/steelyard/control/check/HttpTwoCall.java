package io.steelyard.control.check;

import io.steelyard.control.link.Disagreement;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Predicate;

/**
 * One call with one message over HTTP/2 with prior knowledge (RFC 9113 section 3.3), on a
 * connection of its own. Sends its header fields as literals without indexing and without Huffman
 * coding (RFC 7541 section 6.2.2); looks at nothing of the response but its data. Every frame, and
 * their number, is bounded.
 */
final class HttpTwoCall {
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  /** SETTINGS_MAX_FRAME_SIZE is this unless we say otherwise, and we do not. */
  private static final int FRAME_BYTES_MAX = 16_384;

  private static final int FRAMES_MAX = 1_000;
  private static final int DATA_BYTES_MAX = 16_384;
  private static final int STREAM = 1;

  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int PUSH_PROMISE = 5;
  private static final int PING = 6;
  private static final int GOAWAY = 7;

  private static final int ACK = 1;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;
  private static final int PADDED = 8;

  // Indexes of the static table, RFC 7541 appendix A.
  private static final int AUTHORITY = 1;
  private static final int METHOD_POST = 3;
  private static final int PATH = 4;
  private static final int SCHEME_HTTP = 6;
  private static final int CONTENT_TYPE = 31;
  private static final int USER_AGENT = 58;

  private final InputStream in;
  private final OutputStream out;

  HttpTwoCall(InputStream in, OutputStream out) {
    this.in = in;
    this.out = out;
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Frame(int type, int flags, int stream, byte[] payload) {
    boolean has(int flag) {
      return (flags & flag) != 0;
    }
  }

  /** Sends preface, settings and the whole request. */
  void send(String path, String authority, byte[] message) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(PREFACE);
    // SETTINGS_HEADER_TABLE_SIZE 0, SETTINGS_ENABLE_PUSH 0.
    frame(all, new Frame(SETTINGS, 0, 0, new byte[] {0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0}));
    frame(all, new Frame(HEADERS, END_HEADERS, STREAM, fields(path, authority)));
    frame(all, new Frame(DATA, END_STREAM, STREAM, message));
    out.write(all.toByteArray());
  }

  private static byte[] fields(String path, String authority) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    block.write(0x80 | METHOD_POST);
    block.write(0x80 | SCHEME_HTTP);
    literal(block, PATH, path);
    literal(block, AUTHORITY, authority);
    literal(block, CONTENT_TYPE, "application/grpc");
    literal(block, USER_AGENT, "steelyard-check");
    block.write(0);
    string(block, "te");
    string(block, "trailers");
    return block.toByteArray();
  }

  /** RFC 7541 section 6.2.2, its name by index: the prefix has four bits. */
  private static void literal(ByteArrayOutputStream block, int name, String value) {
    if (name < 15) {
      block.write(name);
    } else {
      block.write(15);
      integer(block, name - 15);
    }
    string(block, value);
  }

  /** RFC 7541 section 5.2, not Huffman coded. */
  private static void string(ByteArrayOutputStream block, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    if (bytes.length < 127) {
      block.write(bytes.length);
    } else {
      block.write(127);
      integer(block, bytes.length - 127);
    }
    block.writeBytes(bytes);
  }

  /** RFC 7541 section 5.1, what does not fit into the prefix. */
  private static void integer(ByteArrayOutputStream block, int value) {
    int rest = value;
    while (rest >= 128) {
      block.write((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    block.write(rest);
  }

  private static void frame(ByteArrayOutputStream all, Frame frame) {
    int length = frame.payload.length;
    all.writeBytes(new byte[] {(byte) (length >> 16), (byte) (length >> 8), (byte) length});
    all.write(frame.type);
    all.write(frame.flags);
    all.writeBytes(new byte[] {0, 0, 0, (byte) frame.stream});
    all.writeBytes(frame.payload);
  }

  /** The response's data, until it is enough or the server has ended the response. */
  byte[] answer(Predicate<byte[]> enough) throws IOException {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    Frame frame = next();
    if (frame.type != SETTINGS) {
      throw notHttpTwo();
    }
    for (int frames = 0; frames < FRAMES_MAX; frames++) {
      boolean ended = handle(frame, data);
      if (ended || enough.test(data.toByteArray())) {
        return data.toByteArray();
      }
      if (data.size() > DATA_BYTES_MAX) {
        throw new Disagreement("answered too much");
      }
      frame = next();
    }
    throw new Disagreement("sent more than " + FRAMES_MAX + " frames");
  }

  /** Whether the response ends with this frame. */
  private boolean handle(Frame frame, ByteArrayOutputStream data) throws IOException {
    switch (frame.type) {
      case SETTINGS -> acknowledge(frame, new byte[0]);
      case PING -> acknowledge(frame, frame.payload);
      case GOAWAY -> {
        if (frame.payload.length < 8 || stream(frame.payload) < STREAM) {
          throw new Disagreement("went away");
        }
      }
      case PUSH_PROMISE -> throw notHttpTwo();
      default -> {
        return frame.stream == STREAM && part(frame, data);
      }
    }
    return false;
  }

  private static boolean part(Frame frame, ByteArrayOutputStream data) throws IOException {
    return switch (frame.type) {
      case DATA -> {
        data.writeBytes(unpadded(frame));
        yield frame.has(END_STREAM);
      }
      case HEADERS -> frame.has(END_STREAM);
      case RST_STREAM -> throw new Disagreement("reset the call");
      default -> false;
    };
  }

  private void acknowledge(Frame frame, byte[] payload) throws IOException {
    if (!frame.has(ACK)) {
      ByteArrayOutputStream ack = new ByteArrayOutputStream();
      frame(ack, new Frame(frame.type, ACK, 0, payload));
      out.write(ack.toByteArray());
    }
  }

  private static byte[] unpadded(Frame frame) throws Disagreement {
    byte[] payload = frame.payload;
    if (!frame.has(PADDED)) {
      return payload;
    }
    if (payload.length == 0 || (payload[0] & 0xff) >= payload.length) {
      throw notHttpTwo();
    }
    return Arrays.copyOfRange(payload, 1, payload.length - (payload[0] & 0xff));
  }

  private Frame next() throws IOException {
    byte[] head = in.readNBytes(9);
    if (head.length == 0) {
      throw new Disagreement("closed without an answer");
    }
    if (head.length < 9) {
      throw notHttpTwo();
    }
    int length = (head[0] & 0xff) << 16 | (head[1] & 0xff) << 8 | (head[2] & 0xff);
    if (length > FRAME_BYTES_MAX) {
      throw notHttpTwo();
    }
    byte[] payload = in.readNBytes(length);
    if (payload.length < length) {
      throw new EOFException("closed in the middle of a frame");
    }
    return new Frame(head[3], head[4], stream(Arrays.copyOfRange(head, 5, 9)), payload);
  }

  private static int stream(byte[] four) {
    return (four[0] & 0x7f) << 24
        | (four[1] & 0xff) << 16
        | (four[2] & 0xff) << 8
        | (four[3] & 0xff);
  }

  private static Disagreement notHttpTwo() {
    return new Disagreement("answered something that is not HTTP/2");
  }
}
