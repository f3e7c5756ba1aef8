package io.steelyard.store.consul;

import io.steelyard.store.tree.StoreException;
import java.nio.charset.StandardCharsets;

/** What is written, as Consul takes it; keys with their prefix. */
record ConsulValues(String prefix) {
  /** Consul's limit unless kv_max_value_size says otherwise ("KV Store Endpoints"). */
  private static final int VALUE_BYTES_MAX = 512 << 10;

  String full(String key) {
    return prefix + key;
  }

  byte[] bytes(String key, String value) throws StoreException {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > VALUE_BYTES_MAX) {
      throw new StoreException(
          "the value of %s has more than %d bytes: Consul takes no longer ones"
              .formatted(full(key), VALUE_BYTES_MAX));
    }
    return bytes;
  }
}
