package io.steelyard.control.shared;

import io.steelyard.config.ConfigError;
import io.steelyard.config.ConfigText;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * What nodes share, as it stood in its source at one moment.
 *
 * @param revision of the source then
 * @param digest of the texts: nodes that run the same edition show the same
 * @param texts listeners, pools and servers that stand by themselves
 * @param defects of what stands there and is no text; with any it cannot be served
 * @param unknown what stands in the source and means nothing
 */
public record Edition(
    long revision,
    String digest,
    List<ConfigText> texts,
    List<ConfigError> defects,
    List<String> unknown) {
  private static final int DIGEST_CHARS = 12;

  public Edition {
    texts = List.copyOf(texts);
    defects = List.copyOf(defects);
    unknown = List.copyOf(unknown);
  }

  /** With the digest of what is said. */
  public static Edition of(
      long revision, List<ConfigText> texts, List<ConfigError> defects, List<String> unknown) {
    return new Edition(revision, digest(texts, defects), texts, defects, unknown);
  }

  /** Whether both say the same. */
  public boolean says(Edition other) {
    return digest.equals(other.digest);
  }

  private static String digest(List<ConfigText> texts, List<ConfigError> defects) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      for (ConfigText text : texts) {
        update(sha, text.part().toString());
        update(sha, text.content());
      }
      for (ConfigError defect : defects) {
        update(sha, defect.toString());
      }
      return HexFormat.of().formatHex(sha.digest()).substring(0, DIGEST_CHARS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static void update(MessageDigest sha, String part) {
    byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
    sha.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
    sha.update(bytes);
  }
}
