package io.steelyard.share.peers;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What the node with the smaller name says of a connection, in the first frame after the hellos:
 * code 1 | number of the choice 8. It alone chooses, so that the two never choose differently; the
 * other one answers in the same form that it takes the connection, or why it cannot.
 *
 * @param answer what is to become of the connection
 * @param number of the choice, greater than those before; 0 if it is not chosen
 */
record Verdict(Answer answer, long number) {
  private static final int BYTES = 1 + Long.BYTES;

  /** What is to become of a connection. */
  enum Answer {
    /** It is the link from now on. */
    CHOSEN('C', "is the link"),
    /** There is a link already. */
    DUPLICATE('D', "is not needed: there is a link"),
    /** There is a link with a later start of the same node. */
    OUTDATED('O', "comes from an earlier start, or another node with the same name"),
    /** There are as many links as there may be. */
    FULL('F', "is one more than there may be"),
    /** The node is being stopped. */
    STOPPING('S', "comes while this node stops");

    private final byte code;
    private final String words;

    Answer(char code, String words) {
      this.code = (byte) code;
      this.words = words;
    }

    /** Completes a sentence that begins with "the connection". */
    String words() {
      return words;
    }
  }

  byte[] encode() {
    return ByteBuffer.allocate(BYTES).put(answer.code).putLong(number).array();
  }

  static Verdict decode(ByteBuffer in) throws IOException {
    if (in.remaining() >= BYTES) {
      byte code = in.get();
      for (Answer answer : Answer.values()) {
        if (answer.code == code) {
          return new Verdict(answer, in.getLong());
        }
      }
    }
    throw new IOException("not a verdict");
  }
}
