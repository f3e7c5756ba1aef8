package io.steelyard.store.consul;

import io.steelyard.store.tree.KeyStore;
import io.steelyard.store.tree.StoreException;
import io.steelyard.store.tree.Tree;
import io.steelyard.store.tree.Tree.Entry;
import io.steelyard.wire.json.JsonException;
import io.steelyard.wire.json.JsonReader;
import java.math.BigDecimal;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What Consul's JSON looks like (documentation, "KV Store Endpoints"). */
final class ConsulJson {
  private ConsulJson() {}

  /**
   * The keys of an answer, without their prefix. Folders, which Consul's user interface makes as
   * keys with a slash at their end, are left out; so are flags.
   */
  static SortedMap<String, Entry> entries(String text, String prefix) throws StoreException {
    if (!(json(text) instanceof List<?> pairs)) {
      throw new StoreException("Consul's answer is no list of keys");
    }
    SortedMap<String, Entry> entries = new TreeMap<>();
    for (Object item : pairs) {
      Map<?, ?> pair = object(item);
      String key = text(pair, "Key");
      if (!key.startsWith(prefix)) {
        throw new StoreException("Consul's answer has a key that is not below " + prefix);
      }
      if (!key.endsWith("/")) {
        entries.put(key.substring(prefix.length()), entry(key, pair));
      }
    }
    if (entries.size() > KeyStore.KEYS_MAX) {
      throw new StoreException(
          "Consul has more than " + KeyStore.KEYS_MAX + " keys below " + prefix);
    }
    return entries;
  }

  /** The text of an object, such as a session's {@code ID}. */
  static String text(String json, String name) throws StoreException {
    return text(object(json(json)), name);
  }

  private static Object json(String text) throws StoreException {
    try {
      return JsonReader.read(text);
    } catch (JsonException e) {
      throw new StoreException("Consul answers no JSON: " + e.getMessage(), e);
    }
  }

  private static Map<?, ?> object(Object value) throws StoreException {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw new StoreException("Consul's answer has something else where an object was expected");
  }

  private static String text(Map<?, ?> object, String name) throws StoreException {
    if (object.get(name) instanceof String text) {
      return text;
    }
    throw new StoreException("Consul's answer has no text " + name);
  }

  private static Entry entry(String key, Map<?, ?> pair) throws StoreException {
    return Tree.Entry.of(value(key, pair.get("Value")), version(key, pair.get("ModifyIndex")));
  }

  /** An empty value is null. */
  private static byte[] value(String key, Object base64) throws StoreException {
    try {
      return switch (base64) {
        case null -> new byte[0];
        case String text -> Base64.getDecoder().decode(text);
        default -> throw new StoreException("Consul's answer has no text as Value of " + key);
      };
    } catch (IllegalArgumentException e) {
      throw new StoreException("Consul's answer has no Base64 as Value of " + key, e);
    }
  }

  private static long version(String key, Object number) throws StoreException {
    try {
      if (number instanceof BigDecimal version && version.longValueExact() > 0) {
        return version.longValueExact();
      }
    } catch (ArithmeticException e) {
      // As if it were none.
    }
    throw new StoreException("Consul's answer has no whole number as ModifyIndex of " + key);
  }
}
