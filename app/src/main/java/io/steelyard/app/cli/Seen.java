package io.steelyard.app.cli;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A document, and which one it was made from: {@code config get} says so in its first line, {@code
 * config put} takes that line away again. So nobody overwrites what others have changed meanwhile.
 *
 * @param digest of the one that it was made from; empty where it does not say
 */
record Seen(Optional<String> digest, String document) {
  private static final Pattern MARK =
      Pattern.compile("# steelyard document ([0-9a-f]{12}) of [^\n]*\n");

  static Seen of(String text) {
    Matcher mark = MARK.matcher(text);
    return mark.lookingAt()
        ? new Seen(Optional.of(mark.group(1)), text.substring(mark.end()))
        : new Seen(Optional.empty(), text);
  }

  /** An answer of {@code /v1/config} with that line. */
  static String marked(Map<?, ?> answer) {
    return "# steelyard document %s of %s\n%s"
        .formatted(answer.get("digest"), answer.get("source"), answer.get("document"));
  }
}
