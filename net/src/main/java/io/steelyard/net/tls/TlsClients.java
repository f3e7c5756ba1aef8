package io.steelyard.net.tls;

import java.util.List;

/**
 * What a server wants to know of its clients.
 *
 * @param ca whose certificates are believed of clients, each in DER; empty: clients are not asked
 *     for any
 * @param required whether who shows none is refused; who shows one that is not believed always is
 */
public record TlsClients(List<byte[]> ca, boolean required) {
  /** Nothing. */
  public static final TlsClients ANYBODY = new TlsClients(List.of(), false);

  public TlsClients {
    ca = List.copyOf(ca);
  }

  /** Whether clients are asked for a certificate. */
  public boolean asked() {
    return !ca.isEmpty();
  }
}
