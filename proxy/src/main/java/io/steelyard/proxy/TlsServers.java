package io.steelyard.proxy;

import io.steelyard.core.session.Keyring;
import io.steelyard.core.snapshot.Listener;
import io.steelyard.core.snapshot.Protocol;
import io.steelyard.core.snapshot.Snapshot;
import io.steelyard.core.snapshot.TlsTerms;
import io.steelyard.core.snapshot.TlsTerms.Credential;
import io.steelyard.core.snapshot.TlsTerms.Version;
import io.steelyard.net.tls.TlsException;
import io.steelyard.net.tls.TlsIdentity;
import io.steelyard.net.tls.TlsServer;
import io.steelyard.net.tls.TlsTicketKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What listeners need for TLS: made once of the same terms, and kept while a snapshot has them.
 * Control threads only, one at a time.
 */
final class TlsServers {
  private static final int DNS_NAME = 2;
  private static final int TLS_1_2 = 0x303;
  private static final int TLS_1_3 = 0x304;

  private Map<Key, TlsServer> made = new HashMap<>();

  /** What is agreed on above depends on what the listener speaks. */
  private record Key(TlsTerms terms, Protocol protocol) {
    static Optional<Key> of(Listener listener) {
      return listener.tls().map(terms -> new Key(terms, listener.protocol()));
    }
  }

  /** Makes what is new in a snapshot. */
  void prepare(Snapshot snapshot) throws TlsException {
    for (Listener listener : snapshot.listeners()) {
      Optional<Key> key = Key.of(listener);
      if (key.isPresent() && !made.containsKey(key.get())) {
        made.put(key.get(), TlsServer.of(options(key.get())));
      }
    }
  }

  /** By the names of the listeners that speak TLS; forgets what none of them has. */
  Map<String, TlsServer> of(Snapshot snapshot) throws TlsException {
    prepare(snapshot);
    Map<String, TlsServer> servers = new HashMap<>();
    Map<Key, TlsServer> kept = new HashMap<>();
    for (Listener listener : snapshot.listeners()) {
      Optional<Key> key = Key.of(listener);
      if (key.isPresent()) {
        kept.put(key.get(), made.get(key.get()));
        servers.put(listener.name(), made.get(key.get()));
      }
    }
    made = kept;
    return Map.copyOf(servers);
  }

  private static TlsServer.Options options(Key key) throws TlsException {
    TlsTerms terms = key.terms();
    List<TlsIdentity> identities = new ArrayList<>();
    for (Credential credential : terms.credentials()) {
      identities.add(identity(credential));
    }
    return new TlsServer.Options(
        identities,
        // What is spoken over a TCP listener is between the client and its server.
        key.protocol() == Protocol.HTTP ? List.of("http/1.1") : List.of(),
        terms.from() == Version.TLS_1_2 ? TLS_1_2 : TLS_1_3,
        terms.keys().map(TlsServers::tickets).orElse(List.of()));
  }

  /** The key that signs seals; those before it, and one that is to come, open. */
  private static List<TlsTicketKey> tickets(Keyring keys) {
    return IntStream.range(0, keys.size())
        .mapToObj(i ->
            new TlsTicketKey(
                Arrays.copyOf(keys.derive(i, "tls ticket name"), TlsTicketKey.NAME_BYTES),
                keys.derive(i, "tls ticket cipher"),
                keys.derive(i, "tls ticket mac")))
        .toList();
  }

  private static TlsIdentity identity(Credential credential) throws TlsException {
    List<byte[]> chain = new ArrayList<>();
    try {
      for (X509Certificate certificate : credential.chain()) {
        chain.add(certificate.getEncoded());
      }
      return new TlsIdentity(
          names(credential.chain().getFirst()), chain, credential.key().getEncoded());
    } catch (CertificateEncodingException | CertificateParsingException e) {
      throw new TlsException(credential + " cannot be used: " + e);
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
