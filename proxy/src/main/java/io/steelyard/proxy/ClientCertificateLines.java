package io.steelyard.proxy;

import io.steelyard.net.tls.TlsPeerCertificate;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/** The header lines by which servers learn of the certificate that a client has shown. */
final class ClientCertificateLines {
  /** A longer one is told by its fingerprint only: heads have their limits. */
  static final int CERTIFICATE_BYTES_MAX = 4096;

  private ClientCertificateLines() {}

  /** Its digest, its subject, and itself as a byte sequence (RFC 9440 section 2.2). */
  static byte[] of(TlsPeerCertificate shown) {
    StringBuilder lines = new StringBuilder();
    line(lines, "X-Client-Cert-SHA256", HexFormat.of().formatHex(digest(shown.der())));
    if (!shown.subject().isEmpty()) {
      line(lines, "X-Client-Cert-Subject", shown.subject());
    }
    if (shown.der().length <= CERTIFICATE_BYTES_MAX) {
      line(lines, "Client-Cert", ":" + Base64.getEncoder().encodeToString(shown.der()) + ":");
    }
    return lines.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static void line(StringBuilder lines, String name, String value) {
    lines.append(name).append(": ").append(value).append("\r\n");
  }

  private static byte[] digest(byte[] der) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(der);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
