package io.steelyard.core.snapshot;

import io.steelyard.core.session.Keyring;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * How a listener speaks TLS with its clients; prints no key.
 *
 * @param credentials one at least; the first is for clients that ask for no name, or an unknown one
 * @param from the lowest version
 * @param clients what they have to show; empty: nothing
 * @param keys that nodes share, for the tickets with which clients resume; empty as configured
 */
public record TlsTerms(
    List<Credential> credentials,
    Version from,
    Optional<ClientTrust> clients,
    Optional<Keyring> keys) {
  public TlsTerms {
    credentials = List.copyOf(credentials);
  }

  /** As configured. */
  public TlsTerms(List<Credential> credentials, Version from) {
    this(credentials, from, Optional.empty(), Optional.empty());
  }

  /** The same, of clients that show this. */
  public TlsTerms with(ClientTrust shown) {
    return new TlsTerms(credentials, from, Optional.of(shown), keys);
  }

  /** The same with keys for tickets. */
  public TlsTerms with(Keyring shared) {
    return new TlsTerms(credentials, from, clients, Optional.of(shared));
  }

  /** Older ones are no protection any more (RFC 8996). */
  public enum Version {
    TLS_1_2,
    TLS_1_3
  }

  /**
   * Whose certificates are believed of clients.
   *
   * @param ca one at least
   * @param required whether a client without one is refused; one that is not believed always is
   */
  public record ClientTrust(List<X509Certificate> ca, boolean required) {
    public ClientTrust {
      ca = List.copyOf(ca);
    }
  }

  /**
   * A certificate with its key.
   *
   * @param chain the certificate, and behind it those that lead to its authority
   */
  public record Credential(List<X509Certificate> chain, PrivateKey key) {
    public Credential {
      chain = List.copyOf(chain);
    }

    @Override
    public String toString() {
      return "the certificate with the serial number " + chain.getFirst().getSerialNumber();
    }
  }
}
