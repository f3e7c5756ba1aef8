package io.steelyard.core.session;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Secrets that nodes share: the first one signs, what any of them has signed is good. To rotate, a
 * new one is added behind the first on all nodes, then put first on all nodes, and the old one is
 * taken away when what it has signed is out of use.
 *
 * <p>What is signed for different purposes is signed with different keys, derived from the secrets
 * (HMAC-SHA256, RFC 2104, over the purpose's name). Immutable; prints no secret.
 */
public final class Keyring {
  /** Shorter secrets are too easily found. */
  public static final int SECRET_BYTES_MIN = 32;

  /** More than a rotation needs. */
  public static final int SECRETS_MAX = 8;

  private static final int VERSION_BYTES = 6;
  private static final String ALGORITHM = "HmacSHA256";

  private final List<byte[]> secrets;

  private Keyring(List<byte[]> secrets) {
    this.secrets = secrets;
  }

  /**
   * Of 1 to {@link #SECRETS_MAX} secrets of at least {@link #SECRET_BYTES_MIN} bytes each.
   *
   * @throws IllegalArgumentException for other numbers or lengths
   */
  public static Keyring of(List<byte[]> secrets) {
    if (secrets.isEmpty() || secrets.size() > SECRETS_MAX) {
      throw new IllegalArgumentException(secrets.size() + " secrets");
    }
    List<byte[]> copies = new ArrayList<>();
    for (byte[] secret : secrets) {
      if (secret.length < SECRET_BYTES_MIN) {
        throw new IllegalArgumentException("a secret of " + secret.length + " bytes");
      }
      copies.add(secret.clone());
    }
    return new Keyring(List.copyOf(copies));
  }

  /** How many secrets there are. */
  public int size() {
    return secrets.size();
  }

  /**
   * The key for {@code purpose} of secret {@code i}: HMAC-SHA256 (RFC 2104) of the purpose's name
   * in UTF-8, keyed with the secret. Says nothing of the secret, nor of keys for other purposes.
   * Any thread.
   *
   * @param i from 0, which is the secret that signs, to {@link #size} - 1
   * @return 32 bytes, the caller's own
   * @throws IndexOutOfBoundsException if there is no such secret
   */
  public byte[] derive(int i, String purpose) {
    return start(secrets.get(i)).doFinal(purpose.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * A name for these secrets, in whatever order: others have another one. Says nothing of them. Any
   * thread.
   */
  public String version() {
    return IntStream.range(0, size())
        .mapToObj(i -> HexFormat.of().formatHex(derive(i, "version"), 0, VERSION_BYTES))
        .sorted()
        .collect(Collectors.joining("-"));
  }

  /** A signer with the key for {@code purpose} of secret {@code i}; for one thread. */
  Mac signer(int i, String purpose) {
    return start(derive(i, purpose));
  }

  /** A hash for {@code purpose} whose key who has not secret {@code i} cannot know. */
  public SipHash hash(int i, String purpose) {
    ByteBuffer key =
        ByteBuffer.wrap(signer(i, "hash").doFinal(purpose.getBytes(StandardCharsets.UTF_8)));
    return new SipHash(key.getLong(), key.getLong());
  }

  private static Mac start(byte[] key) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }

  /** Whether the secrets and their order are the same. */
  @Override
  public boolean equals(Object other) {
    if (!(other instanceof Keyring ring) || ring.secrets.size() != secrets.size()) {
      return false;
    }
    boolean same = true;
    for (int i = 0; i < secrets.size(); i++) {
      same &= MessageDigest.isEqual(secrets.get(i), ring.secrets.get(i));
    }
    return same;
  }

  @Override
  public int hashCode() {
    return secrets.stream().mapToInt(Arrays::hashCode).sum();
  }

  @Override
  public String toString() {
    return secrets.size() + " secrets";
  }
}
