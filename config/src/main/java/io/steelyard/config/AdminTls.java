package io.steelyard.config;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * How the admin API is encrypted; prints no key.
 *
 * @param chain the server's own certificate, and behind it those that lead to its authority
 * @param key that belongs to the first of them
 * @param clientCa whose certificates are believed of clients; empty when none are asked for
 */
public record AdminTls(
    List<X509Certificate> chain, PrivateKey key, List<X509Certificate> clientCa) {
  public AdminTls {
    chain = List.copyOf(chain);
    clientCa = List.copyOf(clientCa);
  }

  @Override
  public String toString() {
    return "TLS as " + chain.getFirst().getSubjectX500Principal();
  }
}
