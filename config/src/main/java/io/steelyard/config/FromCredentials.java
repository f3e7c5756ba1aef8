package io.steelyard.config;

import java.util.Optional;

/**
 * What stands beside the URL of a store because it stands in files.
 *
 * @param password of the URL's user, or a token that stands for one
 * @param tls how TLS is spoken with it
 */
public record FromCredentials(Optional<Secret> password, ClientTls tls) {
  /** When nothing is said. */
  public static final FromCredentials NONE =
      new FromCredentials(Optional.empty(), ClientTls.DEFAULT);
}
