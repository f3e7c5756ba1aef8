package io.steelyard.share.peers;

import io.steelyard.core.session.Keyring;
import io.steelyard.share.peers.HandshakeException.Reason;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What each side sends first, in the clear:
 *
 * <pre>
 *   magic 4 | version 1 | role 1 | secrets 1 | 0 | nonce 32 | X25519 key 32 | id 8 for each secret
 * </pre>
 *
 * An id is derived from its secret by HMAC: the two sides find a secret that both have without
 * trying, and others learn nothing but whether two nodes share one.
 */
final class Opening {
  private static final int MAGIC = 0x53_54_4C_59;
  private static final byte VERSION = 1;
  private static final int PREFIX_BYTES = 8;
  private static final int ID_BYTES = 8;
  private static final String ID_PURPOSE = "steelyard peers 1 id";

  static final int NONCE_BYTES = 32;
  static final int KEY_BYTES = 32;

  /** The longest one. */
  static final int BYTES_MAX =
      PREFIX_BYTES + NONCE_BYTES + KEY_BYTES + ID_BYTES * Keyring.SECRETS_MAX;

  /** Which side of the connection one is on. */
  enum Role {
    DIALLER('D'),
    ACCEPTOR('A');

    private final byte code;

    Role(char code) {
      this.code = (byte) code;
    }

    Role other() {
      return this == DIALLER ? ACCEPTOR : DIALLER;
    }
  }

  private final byte[] bytes;

  private Opening(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Our own. */
  static Opening of(Role role, byte[] nonce, byte[] publicKey, Keyring keys) {
    int length = PREFIX_BYTES + NONCE_BYTES + KEY_BYTES + ID_BYTES * keys.size();
    ByteBuffer out = ByteBuffer.allocate(length).putInt(MAGIC).put(VERSION).put(role.code);
    out.put((byte) keys.size()).put((byte) 0).put(nonce).put(publicKey);
    for (int i = 0; i < keys.size(); i++) {
      out.put(id(keys, i));
    }
    return new Opening(out.array());
  }

  /** Theirs: at most {@link #BYTES_MAX} bytes are read and kept, whatever comes. */
  static Opening read(InputStream in, Role expected) throws IOException {
    byte[] prefix = exactly(in, new byte[PREFIX_BYTES], 0);
    ByteBuffer head = ByteBuffer.wrap(prefix);
    if (head.getInt() != MAGIC) {
      throw new HandshakeException(Reason.GARBAGE);
    }
    if (head.get() != VERSION) {
      throw new HandshakeException(Reason.VERSION);
    }
    byte role = head.get();
    if (role != expected.code) {
      boolean mirrored = role == expected.other().code;
      throw new HandshakeException(mirrored ? Reason.MIRRORED : Reason.GARBAGE);
    }
    int secrets = head.get();
    if (secrets < 1 || secrets > Keyring.SECRETS_MAX || head.get() != 0) {
      throw new HandshakeException(Reason.GARBAGE);
    }
    int length = PREFIX_BYTES + NONCE_BYTES + KEY_BYTES + ID_BYTES * secrets;
    return new Opening(exactly(in, Arrays.copyOf(prefix, length), PREFIX_BYTES));
  }

  private static byte[] exactly(InputStream in, byte[] into, int from) throws IOException {
    if (in.readNBytes(into, from, into.length - from) < into.length - from) {
      throw new EOFException();
    }
    return into;
  }

  /** All of it, as it goes over the wire; not a copy. */
  byte[] bytes() {
    return bytes;
  }

  /** As RFC 7748, section 5, writes it. */
  byte[] publicKey() {
    int from = PREFIX_BYTES + NONCE_BYTES;
    return Arrays.copyOfRange(bytes, from, from + KEY_BYTES);
  }

  /**
   * The secret to use between the two: the first of the dialler's that the acceptor has too, so
   * that both sides come to the same one.
   *
   * @param other the other side's
   * @param own this side's role
   * @return its number in {@code keys}
   */
  static int common(Keyring keys, Opening other, Role own) throws HandshakeException {
    // The outer loop is over the dialler's: that is what makes both sides choose alike.
    for (int d = 0; d < (own == Role.DIALLER ? keys.size() : other.secrets()); d++) {
      for (int a = 0; a < (own == Role.DIALLER ? other.secrets() : keys.size()); a++) {
        int mine = own == Role.DIALLER ? d : a;
        if (other.hasId(own == Role.DIALLER ? a : d, id(keys, mine))) {
          return mine;
        }
      }
    }
    throw new HandshakeException(Reason.NO_COMMON_KEY);
  }

  private int secrets() {
    return bytes[6];
  }

  /** Ids are public: there is nothing to learn from how long this takes. */
  private boolean hasId(int i, byte[] id) {
    int from = PREFIX_BYTES + NONCE_BYTES + KEY_BYTES + i * ID_BYTES;
    return Arrays.equals(bytes, from, from + ID_BYTES, id, 0, ID_BYTES);
  }

  private static byte[] id(Keyring keys, int i) {
    return Arrays.copyOf(keys.derive(i, ID_PURPOSE), ID_BYTES);
  }
}
