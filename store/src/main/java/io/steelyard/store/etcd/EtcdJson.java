package io.steelyard.store.etcd;

import io.steelyard.store.tree.StoreException;
import io.steelyard.store.tree.Tree;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** What etcd's JSON looks like: what is 0, empty or false is left out, 64-bit numbers are texts. */
final class EtcdJson {
  private EtcdJson() {}

  static Map<String, Object> object(Object value) throws StoreException {
    if (value instanceof Map<?, ?> map) {
      @SuppressWarnings("unchecked") // names are texts in JSON
      Map<String, Object> object = (Map<String, Object>) map;
      return object;
    }
    throw unexpected("an object", value);
  }

  /** An object in it; empty when it is left out. */
  static Map<String, Object> object(Map<String, Object> in, String name) throws StoreException {
    Object value = in.get(name);
    return value == null ? Map.of() : object(value);
  }

  /** A list in it; empty when it is left out. */
  static List<?> list(Map<String, Object> in, String name) throws StoreException {
    return switch (in.get(name)) {
      case null -> List.of();
      case List<?> list -> list;
      default -> throw unexpected("a list", in.get(name));
    };
  }

  /** A text in it; empty when it is left out. */
  static String text(Map<String, Object> in, String name) throws StoreException {
    return switch (in.get(name)) {
      case null -> "";
      case String text -> text;
      default -> throw unexpected("a text", in.get(name));
    };
  }

  /** A whole number in it; 0 when it is left out. */
  static long number(Map<String, Object> in, String name) throws StoreException {
    try {
      return switch (in.get(name)) {
        case null -> 0;
        case String text -> Long.parseLong(text);
        case BigDecimal number -> number.longValueExact();
        default -> throw unexpected("a number", in.get(name));
      };
    } catch (NumberFormatException | ArithmeticException e) {
      throw unexpected("a whole number", in.get(name));
    }
  }

  static boolean truth(Map<String, Object> in, String name) {
    return Boolean.TRUE.equals(in.get(name));
  }

  /** A key of the store. */
  static String key(Map<String, Object> kv) throws StoreException {
    return new String(decoded(text(kv, "key")), StandardCharsets.UTF_8);
  }

  static Tree.Entry entry(Map<String, Object> kv) throws StoreException {
    return Tree.Entry.of(decoded(text(kv, "value")), number(kv, "mod_revision"));
  }

  private static byte[] decoded(String base64) throws StoreException {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new StoreException("etcd sent no Base64 where some was expected", e);
    }
  }

  /** A key or a value in quotes. */
  static String bytes(String text) {
    return bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  static String bytes(byte[] bytes) {
    return '"' + Base64.getEncoder().encodeToString(bytes) + '"';
  }

  /** The first key behind all that begin with {@code prefix}, as etcd wants a range's end. */
  static String rangeEnd(String prefix) {
    byte[] end = prefix.getBytes(StandardCharsets.UTF_8);
    end[end.length - 1]++; // a slash; never 0xFF
    return bytes(end);
  }

  private static StoreException unexpected(String wanted, Object found) {
    String kind = found == null ? "nothing" : found.getClass().getSimpleName();
    return new StoreException("etcd's answer has " + kind + " where " + wanted + " was expected");
  }
}
