package io.steelyard.net.tls;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * A certificate that the other side has shown and that was verified.
 *
 * @param der as it was shown
 * @param subject by RFC 2253, of printable ASCII only, what else there is escaped; empty where it
 *     has more than {@link #SUBJECT_BYTES_MAX} bytes
 * @param expired whether its time is over: a session that is resumed may outlive it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record TlsPeerCertificate(byte[] der, String subject, boolean expired) {
  /** A longer subject is not told at all: cut off it might be somebody else's. */
  public static final int SUBJECT_BYTES_MAX = 1024;

  /** Of openssl/x509.h: XN_FLAG_RFC2253. */
  private static final long RFC_2253 = 0x1110317;

  /** Of this connection, whether its session is a new one or was resumed; null: none was shown. */
  static TlsPeerCertificate of(LibSsl lib, long ssl) {
    long certificate = lib.call("SSL_get1_peer_certificate", ssl, 0, 0, 0);
    if (certificate == 0) {
      return null;
    }
    try (Arena arena = Arena.ofConfined()) {
      long notAfter = lib.call("X509_get0_notAfter", certificate, 0, 0, 0);
      return new TlsPeerCertificate(
          der(lib, certificate, arena),
          subject(lib, certificate, arena),
          (int) lib.call("X509_cmp_current_time", notAfter, 0, 0, 0) < 0);
    } finally {
      lib.call("X509_free", certificate, 0, 0, 0);
    }
  }

  private static byte[] der(LibSsl lib, long certificate, Arena arena) {
    int size = (int) lib.call("i2d_X509", certificate, 0, 0, 0);
    if (size <= 0) {
      lib.clearErrors();
      return new byte[0];
    }
    MemorySegment bytes = arena.allocate(size);
    // It moves the pointer that it is given the address of.
    MemorySegment pointer = arena.allocateFrom(ADDRESS, bytes);
    lib.call("i2d_X509", certificate, pointer.address(), 0, 0);
    return bytes.toArray(JAVA_BYTE);
  }

  private static String subject(LibSsl lib, long certificate, Arena arena) {
    long memory = lib.newMemory();
    try {
      long name = lib.call("X509_get_subject_name", certificate, 0, 0, 0);
      lib.call("X509_NAME_print_ex", memory, name, 0, RFC_2253);
      lib.clearErrors();
      MemorySegment text = arena.allocate(SUBJECT_BYTES_MAX);
      int size = lib.unread(memory);
      if (size > SUBJECT_BYTES_MAX || lib.take(memory, text.address(), size) != size) {
        return "";
      }
      byte[] bytes = text.asSlice(0, size).toArray(JAVA_BYTE);
      return printable(bytes) ? new String(bytes, StandardCharsets.US_ASCII) : "";
    } finally {
      lib.freeBio(memory);
    }
  }

  private static boolean printable(byte[] bytes) {
    for (byte b : bytes) {
      if (b < ' ' || b > '~') {
        return false;
      }
    }
    return true;
  }
}
