package io.steelyard.control;

import io.steelyard.config.Secret;
import io.steelyard.core.session.Keyring;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/**
 * For session cookies when the configuration has no keys: they end with the process. Made when they
 * are needed first, since Java's secure randomness takes long to start. One thread at a time.
 */
final class OwnKeys {
  private Optional<Secret> secret = Optional.empty();

  Keyring keyring() {
    if (secret.isEmpty()) {
      byte[] bytes = new byte[Keyring.SECRET_BYTES_MIN];
      new SecureRandom().nextBytes(bytes);
      secret = Optional.of(Secret.of(bytes));
    }
    return Keyring.of(List.of(secret.get().bytes()));
  }

  /** Those of the process that was here before. */
  void inherit(Optional<Secret> former) {
    secret = former;
  }

  /** Empty as long as nobody needed any. */
  Optional<Secret> secret() {
    return secret;
  }
}
