package io.steelyard.share.peers;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Seals or opens the frames of one direction with AES-256-GCM (RFC 5116, section 5.2):
 *
 * <pre>
 *   length of what follows 4 | ciphertext | tag 16
 * </pre>
 *
 * The nonce is the frame's number, which is not sent: a frame that is lost, repeated or moved does
 * not open. The length is authenticated with it. For one thread.
 */
final class FrameCipher {
  static final int LENGTH_BYTES = 4;
  static final int TAG_BYTES = 16;
  static final int OVERHEAD_BYTES = LENGTH_BYTES + TAG_BYTES;

  /** No number is used twice. */
  static final long FRAMES_MAX = 1L << 48;

  /** 2^46 blocks: beyond, what is sealed could be told from noise with a chance above 2^-37. */
  static final long BYTES_MAX = 1L << 50;

  private static final int NONCE_BYTES = 12;
  private static final int COUNTER_AT = NONCE_BYTES - Long.BYTES;

  private final Cipher cipher;
  private final int mode;
  private final SecretKey key;
  private final byte[] nonce = new byte[NONCE_BYTES];
  private final ByteBuffer counter = ByteBuffer.wrap(nonce);
  private long frames;
  private long bytes;

  private FrameCipher(int mode, SecretKey key, long framesBefore) {
    this.mode = mode;
    this.key = key;
    this.frames = framesBefore;
    try {
      this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no AES-GCM", e);
    }
  }

  /** For what is sent. */
  static FrameCipher sealing(SecretKey key) {
    return sealing(key, 0);
  }

  /** Begins with another number than 0. */
  static FrameCipher sealing(SecretKey key, long framesBefore) {
    return new FrameCipher(Cipher.ENCRYPT_MODE, key, framesBefore);
  }

  /** For what is received. */
  static FrameCipher opening(SecretKey key) {
    return new FrameCipher(Cipher.DECRYPT_MODE, key, 0);
  }

  /**
   * Writes a whole frame to {@code out}, which is another array.
   *
   * @return its length: {@code length + OVERHEAD_BYTES}
   */
  int seal(byte[] in, int from, int length, byte[] out) throws IOException {
    ByteBuffer.wrap(out).putInt(length + TAG_BYTES);
    begin(length, out, 0);
    try {
      return LENGTH_BYTES + cipher.doFinal(in, from, length, out, LENGTH_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IOException("a frame could not be sealed", e);
    }
  }

  /**
   * Opens the frame that begins at {@code from} into {@code out}, another array.
   *
   * @param sealed as the frame's length says, of which {@code TAG_BYTES} are the tag
   * @return how many bytes were in it
   * @throws IOException if it is not the next one that the other side has sealed
   */
  int open(byte[] in, int from, int sealed, byte[] out) throws IOException {
    begin(sealed - TAG_BYTES, in, from);
    try {
      return cipher.doFinal(in, from + LENGTH_BYTES, sealed, out, 0);
    } catch (AEADBadTagException e) {
      throw new IOException("a frame was forged, changed, repeated or left out", e);
    } catch (GeneralSecurityException e) {
      throw new IOException("a frame could not be opened", e);
    }
  }

  private void begin(int length, byte[] lengthIn, int at) throws IOException {
    if (frames >= FRAMES_MAX || bytes > BYTES_MAX - length) {
      throw new IOException("this link's keys are worn out");
    }
    counter.putLong(COUNTER_AT, frames++);
    bytes += length;
    try {
      cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a key of our own making", e);
    }
    cipher.updateAAD(lengthIn, at, LENGTH_BYTES);
  }
}
