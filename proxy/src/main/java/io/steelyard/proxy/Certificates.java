package io.steelyard.proxy;

import io.steelyard.core.snapshot.TlsTerms.Credential;
import io.steelyard.net.tls.TlsException;
import io.steelyard.net.tls.TlsIdentity;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Certificates as libssl takes them. */
final class Certificates {
  private static final int DNS_NAME = 2;

  private Certificates() {}

  static TlsIdentity identity(Credential credential) throws TlsException {
    try {
      return new TlsIdentity(
          names(credential.chain().getFirst()),
          der(credential.chain()),
          credential.key().getEncoded(),
          credential.key().getAlgorithm());
    } catch (CertificateParsingException e) {
      throw new TlsException(credential + " cannot be used: " + e);
    }
  }

  /** Each in DER. */
  static List<byte[]> der(Collection<X509Certificate> certificates) throws TlsException {
    List<byte[]> der = new ArrayList<>();
    try {
      for (X509Certificate certificate : certificates) {
        der.add(certificate.getEncoded());
      }
      return der;
    } catch (CertificateEncodingException e) {
      throw new TlsException("a certificate cannot be used: " + e);
    }
  }

  /** Of hosts; nobody asks for an address by name (RFC 6066 section 3). */
  private static List<String> names(X509Certificate certificate)
      throws CertificateParsingException {
    Collection<List<?>> all = certificate.getSubjectAlternativeNames();
    return all == null
        ? List.of()
        : all.stream()
            .filter(name -> name.getFirst().equals(DNS_NAME))
            .map(name -> (String) name.get(1))
            .toList();
  }
}
