package io.steelyard.config;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * How a client speaks TLS.
 *
 * @param ca whose certificates are believed; empty for those that Java believes
 * @param identity what it shows who asks for it
 */
public record ClientTls(List<X509Certificate> ca, Optional<Identity> identity) {
  /** When nothing is said. */
  public static final ClientTls DEFAULT = new ClientTls(List.of(), Optional.empty());

  public ClientTls {
    ca = List.copyOf(ca);
  }

  /** Believes these, and shows nothing. */
  public static ClientTls believing(List<X509Certificate> ca) {
    return new ClientTls(ca, Optional.empty());
  }
}
