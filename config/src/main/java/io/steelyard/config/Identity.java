package io.steelyard.config;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Who somebody is in TLS; prints no key.
 *
 * @param chain the own certificate, and behind it those that lead to its authority
 * @param key that belongs to the first of them
 */
public record Identity(List<X509Certificate> chain, PrivateKey key) {
  public Identity {
    chain = List.copyOf(chain);
  }

  @Override
  public String toString() {
    return chain.getFirst().getSubjectX500Principal().toString();
  }
}
