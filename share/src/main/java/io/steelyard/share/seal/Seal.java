package io.steelyard.share.seal;

import io.steelyard.core.session.Keyring;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keeps what lies in a store from being read or made by those who have not the cluster's key:
 * AES-256-GCM (NIST SP 800-38D) with random nonces. The keys are derived from the cluster's
 * secrets, a new one every hour: at 100,000 values a second that is 2^29 with the same key, where
 * 2^32 are allowed.
 *
 * <pre>
 *   4 bytes which secret | 4 hour | 12 nonce | what is sealed | 16 tag
 * </pre>
 *
 * <p>For one thread at a time.
 */
public final class Seal {
  /** By which a value is longer when it is sealed. */
  public static final int BYTES = 4 + 4 + 12 + 16;

  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final long HOUR_MS = 3_600_000;
  private static final int KEYS_MAX = 64;

  private final Keyring secrets;
  private final int[] ids;
  private final SecureRandom random = new SecureRandom();
  private final Cipher cipher;

  /** By secret and hour, the eldest first. */
  private final Map<Long, SecretKeySpec> keys = new LinkedHashMap<>();

  public Seal(Keyring secrets) {
    this.secrets = secrets;
    this.ids = new int[secrets.size()];
    Arrays.setAll(ids, i -> ByteBuffer.wrap(secrets.derive(i, "store id")).getInt());
    try {
      cipher = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES/GCM", e);
    }
  }

  /** A name for what the holders of secret {@code i} have in common. */
  public String id(int i) {
    return "%08x".formatted(ids[i]);
  }

  private SecretKeySpec key(int secret, int hour) {
    long name = (long) secret << Integer.SIZE | hour;
    SecretKeySpec key = keys.get(name);
    if (key == null) {
      if (keys.size() >= KEYS_MAX) {
        keys.remove(keys.keySet().iterator().next());
      }
      key = new SecretKeySpec(secrets.derive(secret, "store " + hour), "AES");
      keys.put(name, key);
    }
    return key;
  }

  /**
   * Seals what stands in {@code plain}.
   *
   * @param about what it is good for: it opens only with the same
   * @param before bytes that stand before it in clear, and count as a part of that
   */
  public byte[] seal(String about, byte[] before, ByteBuffer plain, long nowMs) {
    int hour = (int) (nowMs / HOUR_MS);
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    ByteBuffer out = ByteBuffer.allocate(before.length + BYTES + plain.remaining());
    out.put(before).putInt(ids[0]).putInt(hour).put(nonce);
    try {
      start(Cipher.ENCRYPT_MODE, key(0, hour), nonce, about, before);
      cipher.doFinal(plain, out);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM seals everything", e);
    }
    return out.array();
  }

  /**
   * Opens what was sealed; empty if that was done with a secret that is not known, about something
   * else, or was changed.
   *
   * @param clear how many bytes stand before it in clear
   */
  public Optional<ByteBuffer> open(String about, int clear, byte[] sealed) {
    if (sealed.length < clear + BYTES) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(sealed);
    byte[] before = new byte[clear];
    in.get(before);
    int id = in.getInt();
    int hour = in.getInt();
    byte[] nonce = new byte[NONCE_BYTES];
    in.get(nonce);
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] == id) {
        return open(key(i, hour), nonce, about, before, in);
      }
    }
    return Optional.empty();
  }

  private Optional<ByteBuffer> open(
      SecretKeySpec key, byte[] nonce, String about, byte[] before, ByteBuffer in) {
    try {
      start(Cipher.DECRYPT_MODE, key, nonce, about, before);
      ByteBuffer plain = ByteBuffer.allocate(cipher.getOutputSize(in.remaining()));
      cipher.doFinal(in, plain);
      return Optional.of(plain.flip());
    } catch (GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  private void start(int mode, SecretKeySpec key, byte[] nonce, String about, byte[] before)
      throws GeneralSecurityException {
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(about.getBytes(StandardCharsets.UTF_8));
    cipher.updateAAD(before);
  }
}
