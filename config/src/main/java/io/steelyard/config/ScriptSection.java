package io.steelyard.config;

import io.steelyard.config.HealthConfig.Check;
import io.steelyard.config.HealthConfig.Check.Script;
import io.steelyard.config.bind.Fields;
import io.steelyard.config.bind.ListOf;
import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Parsed;
import io.steelyard.config.bind.Scalar;
import io.steelyard.config.bind.Scalars;
import io.steelyard.config.bind.Section;
import io.steelyard.config.bind.Spelling;
import java.util.List;
import java.util.Optional;

/** One of {@code pools.NAME.health.script}. */
final class ScriptSection {
  private static final String ESCAPES = "\\r, \\n, \\t, \\0, \\\\ and \\xHH";

  /** Bytes; each char is one. */
  static final Scalar<String> TEXT =
      Scalars.text(
          "a text with the escapes " + ESCAPES,
          "([^\\\\]|\\\\[rnt0\\\\]|\\\\x[0-9A-Fa-f]{2})+",
          ScriptSection::bytes);

  static final Option<Optional<String>> EXPECT =
      Option.optional("expect", TEXT, "The server sends this, after whatever else.");
  static final Option<Optional<String>> SEND =
      Option.optional("send", TEXT, "This is sent to the server.");

  static final Section<Script.Step> STEP =
      Section.of(ScriptSection::step, EXPECT, SEND).exactlyOneOf(EXPECT, SEND);

  static final ListOf<Script.Step> TYPE = new ListOf<>("step", STEP, 1, Script.STEPS_MAX);

  private ScriptSection() {}

  static Check script(List<Script.Step> steps) {
    return new Script(steps);
  }

  private static Script.Step step(Fields f) {
    return f.get(EXPECT)
        .<Script.Step>map(Script.Expect::new)
        .orElseGet(() -> new Script.Send(f.get(SEND).orElse("")));
  }

  private static Parsed<String> bytes(String text) {
    StringBuilder bytes = new StringBuilder();
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      int length = c == '\\' ? escapeLength(text, i) : 1;
      if (length == 0) {
        return Parsed.bad(
            "expected one of the escapes %s, found '%s'"
                .formatted(
                    ESCAPES, Spelling.quotable(text.substring(i, Math.min(text.length(), i + 4)))));
      }
      if (c > 0xFF) {
        return Parsed.bad(
            "each character is one byte, up to U+00FF, found U+%04X: write its bytes as \\xHH"
                .formatted(text.codePointAt(i)));
      }
      bytes.append(c == '\\' ? escaped(text, i) : c);
      i += length;
    }
    return bytes.isEmpty() || bytes.length() > Script.TEXT_BYTES_MAX
        ? Parsed.bad(
            "expected 1 to %d bytes, found %d".formatted(Script.TEXT_BYTES_MAX, bytes.length()))
        : Parsed.good(bytes.toString());
  }

  /** Characters of the escape at {@code at}; 0 for none that is known. */
  private static int escapeLength(String text, int at) {
    char kind = at + 1 < text.length() ? text.charAt(at + 1) : ' ';
    if (kind == 'x') {
      return at + 3 < text.length() && hex(text.charAt(at + 2)) && hex(text.charAt(at + 3)) ? 4 : 0;
    }
    return "rnt0\\".indexOf(kind) >= 0 ? 2 : 0;
  }

  private static boolean hex(char c) {
    return c < 0x80 && Character.digit(c, 16) >= 0;
  }

  private static char escaped(String text, int at) {
    return switch (text.charAt(at + 1)) {
      case 'r' -> '\r';
      case 'n' -> '\n';
      case 't' -> '\t';
      case '0' -> '\0';
      case 'x' -> (char) Integer.parseInt(text, at + 2, at + 4, 16);
      default -> '\\';
    };
  }
}
