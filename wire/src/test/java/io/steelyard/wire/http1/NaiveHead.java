package io.steelyard.wire.http1;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A second, slow implementation of heads on strings and regular expressions, written from the
 * grammar and sharing nothing with the first, to compare it with.
 */
final class NaiveHead {
  static final String TOKEN = "[A-Za-z0-9!#$%&'*+.^_`|~-]+";
  private static final Pattern FIELD =
      Pattern.compile("(" + TOKEN + "):([\\t\\x20-\\x7e\\x80-\\xff]*)");
  private static final int FIELDS_MAX = 128;
  private static final int NOMINATED_MAX = 32;

  /** One field: its line as it stood, its name in lower case, its value without blanks around. */
  record Field(String line, String name, String value) {}

  final int length;
  final Matcher start;
  final List<Field> fields;

  private NaiveHead(int length, Matcher start, List<Field> fields) {
    this.length = length;
    this.start = start;
    this.fields = fields;
  }

  /** Null when the head is complete but malformed; a length of 0 when it is not complete. */
  static NaiveHead read(String text, Pattern startLine, int skipped) {
    int end = text.indexOf("\r\n\r\n", skipped);
    if (end < 0) {
      return new NaiveHead(0, null, List.of());
    }
    String[] lines = text.substring(skipped, end).split("\r\n", -1);
    Matcher start = startLine.matcher(lines[0]);
    if (!start.matches() || lines.length - 1 > FIELDS_MAX) {
      return null;
    }
    List<Field> fields = new ArrayList<>();
    for (int i = 1; i < lines.length; i++) {
      Matcher field = FIELD.matcher(lines[i]);
      if (!field.matches()) {
        return null;
      }
      fields.add(
          new Field(lines[i], field.group(1).toLowerCase(Locale.ROOT), blanksOff(field.group(2))));
    }
    return new NaiveHead(end + 4, start, fields);
  }

  static String blanksOff(String value) {
    return value.replaceAll("^[ \\t]+|[ \\t]+$", "");
  }

  List<String> values(String name) {
    return fields.stream().filter(f -> f.name.equals(name)).map(Field::value).toList();
  }

  boolean has(String name) {
    return !values(name).isEmpty();
  }

  /** The elements of all fields of that name, in lower case. */
  List<String> elements(String name) {
    List<String> elements = new ArrayList<>();
    for (String value : values(name)) {
      for (String element : value.split(",", -1)) {
        elements.add(blanksOff(element).toLowerCase(Locale.ROOT));
      }
    }
    return elements;
  }

  boolean connectionIsGood() {
    return elements("connection").stream().allMatch(e -> e.isEmpty() || e.matches(TOKEN))
        && nominated().size() <= NOMINATED_MAX;
  }

  boolean connectionSays(String option) {
    return elements("connection").contains(option);
  }

  List<String> nominated() {
    Set<String> ignored =
        Set.of(
            "",
            "close",
            "keep-alive",
            "upgrade",
            "te",
            "connection",
            "proxy-connection",
            "host",
            "content-length",
            "transfer-encoding");
    return elements("connection").stream().filter(e -> !ignored.contains(e)).toList();
  }

  /** No coding; chunked alone; or something that must be refused. */
  boolean codingIsGood() {
    return !has("transfer-encoding") || elements("transfer-encoding").equals(List.of("chunked"));
  }

  boolean lengthsAreDigits() {
    return values("content-length").stream().allMatch(v -> v.matches("[0-9]{1,18}"));
  }

  /** The lines that stay, given what goes; nominated ones go anyway. */
  String kept(Predicate<Field> goes) {
    List<String> nominated = nominated();
    StringBuilder kept = new StringBuilder();
    for (Field field : fields) {
      if (!nominated.contains(field.name) && !goes.test(field)) {
        kept.append(field.line).append("\r\n");
      }
    }
    return kept.toString();
  }
}
