package io.steelyard.control.shared;

import io.steelyard.config.ConfigError;
import io.steelyard.config.ConfigText;
import io.steelyard.config.ConfigText.Part;
import io.steelyard.control.canary.Canary;
import io.steelyard.control.revision.TextDigest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * What nodes share, as it stood in its source at one moment.
 *
 * @param revision of the source then
 * @param digest of what is said: nodes that run the same edition show the same
 * @param document the digest of the document in it, beside which servers stand by themselves; empty
 *     without one
 * @param texts listeners, pools and servers that stand by themselves; the document first
 * @param defects of what stands there and is no text; with any it cannot be served
 * @param unknown what stands in the source and means nothing
 * @param forced the number of the revision that may take away what is guarded; 0 without one
 * @param written the number of the revision that wrote the document last; 0 if that is not known
 * @param canary what some nodes try instead of the document
 */
public record Edition(
    long revision,
    String digest,
    String document,
    List<ConfigText> texts,
    List<ConfigError> defects,
    List<String> unknown,
    long forced,
    long written,
    Optional<Canary> canary) {
  private static final int DIGEST_CHARS = 12;

  public Edition {
    texts = List.copyOf(texts);
    defects = List.copyOf(defects);
    unknown = List.copyOf(unknown);
  }

  /** Of texts alone. */
  static Edition of(long revision, List<ConfigText> texts, long forced) {
    return of(revision, document(texts), texts, List.of(), List.of(), forced, Optional.empty());
  }

  /** With the digest of what is said; without a force and a canary. */
  public static Edition of(
      long revision, List<ConfigText> texts, List<ConfigError> defects, List<String> unknown) {
    return of(revision, document(texts), texts, defects, unknown, 0, Optional.empty());
  }

  /**
   * With the digest of what is said.
   *
   * @param document the digest of the first of the texts; empty when there is no document
   */
  public static Edition of(
      long revision,
      String document,
      List<ConfigText> texts,
      List<ConfigError> defects,
      List<String> unknown,
      long forced,
      Optional<Canary> canary) {
    return new Edition(
        revision,
        digest(texts, defects, forced),
        document,
        texts,
        defects,
        unknown,
        forced,
        0,
        canary);
  }

  /** The same, of which is known who wrote its document last. */
  public Edition writtenBy(long number) {
    return new Edition(revision, digest, document, texts, defects, unknown, forced, number, canary);
  }

  /** The first of the texts, if it is no server's. */
  private static String document(List<ConfigText> texts) {
    return texts.isEmpty() || !(texts.getFirst().part() instanceof Part.Shared)
        ? ""
        : TextDigest.of(texts.getFirst().content());
  }

  /** Whether both say the same to all nodes, and by the same revision. */
  public boolean says(Edition other) {
    return digest.equals(other.digest)
        && canary.equals(other.canary)
        && written == other.written
        && unknown.equals(other.unknown);
  }

  /** Whether a node of one of these has the same to serve as with the other. */
  public boolean serves(Edition other) {
    return digest.equals(other.digest);
  }

  /** What this node is to serve: the canary's document in place of the other, if it tries that. */
  public Edition of(String node) {
    return canary
        .filter(tried -> tried.isFor(node))
        .map(tried -> with(tried.text(), " (canary)", tried.forced() ? tried.revision() : forced))
        .orElse(this);
  }

  /** With another document. */
  public Edition with(String text, String note, long force) {
    List<ConfigText> others = new ArrayList<>(texts);
    List<ConfigError> left = new ArrayList<>(defects);
    String source = "the document";
    if (!document.isEmpty()) {
      String former = others.removeFirst().source();
      left.removeIf(defect -> defect.file().equals(former));
      source = former + note;
    }
    others.addFirst(ConfigText.shared(source, text));
    return of(revision, TextDigest.of(text), others, left, unknown, force, canary)
        .writtenBy(written);
  }

  private static String digest(List<ConfigText> texts, List<ConfigError> defects, long forced) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      for (ConfigText text : texts) {
        update(sha, text.part().toString());
        update(sha, text.content());
      }
      for (ConfigError defect : defects) {
        update(sha, defect.toString());
      }
      if (forced > 0) {
        update(sha, "forced " + forced);
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
