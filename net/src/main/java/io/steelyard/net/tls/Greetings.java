package io.steelyard.net.tls;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What libssl asks while a client greets. It is called from C, where nothing may be thrown.
 *
 * @param protocols above, the preferred one first
 * @param byName the contexts of names that certificates are for
 */
@SuppressWarnings("restricted")
record Greetings(LibSsl lib, List<String> protocols, Map<String, Long> byName) {
  // Of openssl/tls1.h.
  private static final int OK = 0;
  private static final int ALERT_FATAL = 2;
  private static final int NO_ACK = 3;

  /** SSL_CTX_alpn_select_cb_func. */
  private static final FunctionDescriptor PROTOCOL =
      FunctionDescriptor.of(JAVA_INT, JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, JAVA_INT, JAVA_LONG);

  /** The callback of SSL_CTX_set_tlsext_servername_callback(3). */
  private static final FunctionDescriptor NAME =
      FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);

  MemorySegment protocolCallback(Arena arena) {
    return Upcalls.to(this, "protocol", PROTOCOL, arena);
  }

  MemorySegment nameCallback(Arena arena) {
    return Upcalls.to(this, "named", NAME, arena);
  }

  /** The first of ours that is among the client's: RFC 7301 section 3.2. */
  int protocol(
      long ignoredSsl,
      MemorySegment out,
      MemorySegment outLength,
      MemorySegment in,
      int length,
      long ignored) {
    MemorySegment offered = in.reinterpret(length);
    for (String protocol : protocols) {
      for (int at = 0; at < length; at += 1 + size(offered, at)) {
        if (at + 1 + size(offered, at) <= length && isAt(offered, at, protocol)) {
          out.reinterpret(ADDRESS.byteSize()).set(ADDRESS, 0, offered.asSlice(at + 1));
          outLength.reinterpret(1).set(JAVA_BYTE, 0, (byte) protocol.length());
          return OK;
        }
      }
    }
    return ALERT_FATAL;
  }

  private static int size(MemorySegment offered, int at) {
    return Byte.toUnsignedInt(offered.get(JAVA_BYTE, at));
  }

  private static boolean isAt(MemorySegment offered, int at, String protocol) {
    boolean same = size(offered, at) == protocol.length();
    for (int i = 0; same && i < protocol.length(); i++) {
      same = offered.get(JAVA_BYTE, at + 1 + i) == protocol.charAt(i);
    }
    return same;
  }

  /** Goes on with the certificate for the name that was asked for: RFC 6066 section 3. */
  int named(long ssl, long ignoredAlert, long ignored) {
    long name = lib.call("SSL_get_servername", ssl, 0, 0, 0);
    Long context = name == 0 ? null : find(LibSsl.text(name).toLowerCase(Locale.ROOT));
    if (context == null) {
      return NO_ACK;
    }
    lib.call("SSL_set_SSL_CTX", ssl, context, 0, 0);
    return OK;
  }

  /** By the name itself, else by the wildcard of its parent (RFC 6125 section 6.4.3). */
  private Long find(String name) {
    Long exact = byName.get(name);
    int dot = name.indexOf('.');
    return exact != null || dot < 0 ? exact : byName.get("*" + name.substring(dot));
  }
}
