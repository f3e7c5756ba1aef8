package io.steelyard.wire.json;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads JSON (RFC 8259) without leniency: objects become maps in their order, arrays lists, numbers
 * {@link BigDecimal}, and null null. A name that comes twice and nesting beyond {@link #DEPTH_MAX}
 * are errors; whoever calls bounds the text's length.
 */
public final class JsonReader {
  /** Objects and arrays within each other. */
  public static final int DEPTH_MAX = 32;

  private static final int NUMBER_CHARS_MAX = 64;

  private static final Pattern NUMBER =
      Pattern.compile("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?");

  private final String text;
  private int at;

  private JsonReader(String text) {
    this.text = text;
  }

  /** The one value that {@code text} is. */
  public static Object read(String text) throws JsonException {
    JsonReader reader = new JsonReader(text);
    Object value = reader.value(0);
    reader.next();
    if (reader.at < text.length()) {
      throw reader.error("something after the end");
    }
    return value;
  }

  private Object value(int depth) throws JsonException {
    if (depth > DEPTH_MAX) {
      throw error("nested too deeply");
    }
    return switch (next()) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", null);
      case 0 -> throw error("unexpected end");
      default -> number();
    };
  }

  private Map<String, Object> object(int depth) throws JsonException {
    Map<String, Object> object = new LinkedHashMap<>();
    at++;
    if (take('}')) {
      return object;
    }
    do {
      if (next() != '"') {
        throw error("expected a name in quotes");
      }
      int where = at;
      String name = string();
      expect(':');
      Object value = value(depth + 1);
      if (object.containsKey(name)) {
        throw new JsonException("\"" + name + "\" a second time", where);
      }
      object.put(name, value);
    } while (take(','));
    expect('}');
    return object;
  }

  private List<Object> array(int depth) throws JsonException {
    List<Object> array = new ArrayList<>();
    at++;
    if (take(']')) {
      return array;
    }
    do {
      array.add(value(depth + 1));
    } while (take(','));
    expect(']');
    return array;
  }

  private String string() throws JsonException {
    StringBuilder out = new StringBuilder();
    at++;
    while (true) {
      char c = character("unexpected end in a string");
      if (c == '"') {
        return out.toString();
      }
      if (c < 0x20) {
        at--;
        throw error("a control character in a string");
      }
      out.append(c == '\\' ? escaped() : c);
    }
  }

  private char escaped() throws JsonException {
    char c = character("unexpected end in a string");
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicode();
      default -> {
        at--;
        throw error("an unknown escape");
      }
    };
  }

  private char unicode() throws JsonException {
    int code = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(character("unexpected end in a string"), 16);
      if (digit < 0) {
        at--;
        throw error("expected four hexadecimal digits");
      }
      code = code << 4 | digit;
    }
    return (char) code;
  }

  private BigDecimal number() throws JsonException {
    Matcher number = NUMBER.matcher(text).region(at, text.length());
    if (!number.lookingAt()) {
      throw error("expected a value");
    }
    if (number.end() - at > NUMBER_CHARS_MAX) {
      throw error("a number that is too long");
    }
    at = number.end();
    return new BigDecimal(number.group());
  }

  private Object word(String word, Object value) throws JsonException {
    if (!text.startsWith(word, at)) {
      throw error("expected a value");
    }
    at += word.length();
    return value;
  }

  private boolean take(char wanted) {
    if (next() != wanted) {
      return false;
    }
    at++;
    return true;
  }

  private void expect(char wanted) throws JsonException {
    if (!take(wanted)) {
      throw error("expected '" + wanted + "'");
    }
  }

  private char character(String otherwise) throws JsonException {
    if (at >= text.length()) {
      throw error(otherwise);
    }
    return text.charAt(at++);
  }

  /** The next character that is no white space, not taken yet; 0 at the end. */
  private char next() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    return at < text.length() ? text.charAt(at) : 0;
  }

  private JsonException error(String what) {
    return new JsonException(what, at);
  }
}
