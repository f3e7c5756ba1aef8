package io.steelyard.config;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * What stands beside the URL of a store because it stands in files.
 *
 * @param password of the URL's user, or a token that stands for one
 * @param ca whose certificates are believed; empty for those that Java believes
 */
public record FromCredentials(Optional<Secret> password, List<X509Certificate> ca) {
  /** When nothing is said. */
  public static final FromCredentials NONE = new FromCredentials(Optional.empty(), List.of());

  public FromCredentials {
    ca = List.copyOf(ca);
  }
}
