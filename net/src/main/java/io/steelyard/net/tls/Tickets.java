package io.steelyard.net.tls;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Seals and opens tickets with keys that others have, too: SSL_CTX_set_tlsext_ticket_key_evp_cb(3).
 * It is called from C, where nothing may be thrown.
 */
@SuppressWarnings("restricted")
final class Tickets {
  static final FunctionDescriptor SHAPE =
      FunctionDescriptor.of(
          JAVA_INT, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT);

  private static final int FAILED = -1;
  private static final int NO_KEY = 0;
  private static final int GOOD = 1;

  /** It is good, and the client is to have a new one. */
  private static final int GOOD_AND_OLD = 2;

  private static final int IV_BYTES = 16;

  // Of openssl/params.h: struct ossl_param_st.
  private static final int PARAM_BYTES = 40;
  private static final int UTF8_STRING = 4;
  private static final int OCTET_STRING = 5;

  private final LibSsl lib;
  private final List<Native> keys = new ArrayList<>();

  /** A key where C finds it; {@code params} are those of its MAC. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Native(byte[] name, long cipher, long params) {}

  /** The first key seals, all open. The memory lives as long as the arena. */
  Tickets(LibSsl lib, List<TlsTicketKey> keys, Arena arena) {
    this.lib = lib;
    for (TlsTicketKey key : keys) {
      long cipher = arena.allocateFrom(JAVA_BYTE, key.cipher()).address();
      this.keys.add(new Native(key.name().clone(), cipher, params(arena, key)));
    }
  }

  private static long params(Arena arena, TlsTicketKey key) {
    // The end is one of zeros.
    MemorySegment params = arena.allocate(3L * PARAM_BYTES, Long.BYTES);
    MemorySegment digest = arena.allocateFrom("SHA256");
    param(
        params,
        0,
        arena.allocateFrom("key"),
        OCTET_STRING,
        arena.allocateFrom(JAVA_BYTE, key.mac()));
    param(
        params,
        1,
        arena.allocateFrom("digest"),
        UTF8_STRING,
        digest.asSlice(0, digest.byteSize() - 1));
    return params.address();
  }

  private static void param(
      MemorySegment params, int i, MemorySegment name, int type, MemorySegment data) {
    MemorySegment param = params.asSlice((long) i * PARAM_BYTES, PARAM_BYTES);
    param.set(ADDRESS, 0, name);
    param.set(JAVA_INT, 8, type);
    param.set(ADDRESS, 16, data);
    param.set(JAVA_LONG, 24, data.byteSize());
    param.set(JAVA_LONG, 32, -1L);
  }

  /** Prepares a cipher and a MAC for a ticket. */
  int prepare(long ignoredSsl, MemorySegment name, long iv, long cipher, long mac, int seals) {
    MemorySegment named = name.reinterpret(TlsTicketKey.NAME_BYTES);
    return seals == 1 ? seal(named, iv, cipher, mac) : open(named, iv, cipher, mac);
  }

  private int seal(MemorySegment name, long iv, long cipher, long mac) {
    Native key = keys.getFirst();
    MemorySegment.copy(key.name, 0, name, JAVA_BYTE, 0, key.name.length);
    boolean good =
        (int) lib.call("RAND_bytes", iv, IV_BYTES, 0, 0) == 1
            && init("EVP_EncryptInit_ex", key, iv, cipher, mac);
    return good ? GOOD : FAILED;
  }

  private int open(MemorySegment name, long iv, long cipher, long mac) {
    for (int i = 0; i < keys.size(); i++) {
      if (name.mismatch(MemorySegment.ofArray(keys.get(i).name)) < 0) {
        boolean good = init("EVP_DecryptInit_ex", keys.get(i), iv, cipher, mac);
        return good ? (i == 0 ? GOOD : GOOD_AND_OLD) : FAILED;
      }
    }
    return NO_KEY;
  }

  private boolean init(String function, Native key, long iv, long cipher, long mac) {
    long aes = lib.call("EVP_aes_256_cbc", 0, 0, 0, 0);
    return (int) lib.call(function, cipher, aes, 0, key.cipher, iv) == 1
        && (int) lib.call("EVP_MAC_CTX_set_params", mac, key.params, 0, 0) == 1;
  }
}
