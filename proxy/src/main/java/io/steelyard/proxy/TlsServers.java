package io.steelyard.proxy;

import io.steelyard.core.session.Keyring;
import io.steelyard.core.snapshot.Listener;
import io.steelyard.core.snapshot.Protocol;
import io.steelyard.core.snapshot.Snapshot;
import io.steelyard.core.snapshot.TlsTerms;
import io.steelyard.core.snapshot.TlsTerms.Credential;
import io.steelyard.core.snapshot.TlsTerms.Version;
import io.steelyard.net.tls.TlsClients;
import io.steelyard.net.tls.TlsException;
import io.steelyard.net.tls.TlsIdentity;
import io.steelyard.net.tls.TlsServer;
import io.steelyard.net.tls.TlsTicketKey;
import java.util.ArrayList;
import java.util.Arrays;
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
      identities.add(Certificates.identity(credential));
    }
    return new TlsServer.Options(
        identities,
        // What is spoken over a TCP listener is between the client and its server.
        key.protocol() == Protocol.HTTP ? List.of("http/1.1") : List.of(),
        terms.from() == Version.TLS_1_2 ? TLS_1_2 : TLS_1_3,
        terms.keys().map(TlsServers::tickets).orElse(List.of()),
        clients(terms));
  }

  private static TlsClients clients(TlsTerms terms) throws TlsException {
    if (terms.clients().isEmpty()) {
      return TlsClients.ANYBODY;
    }
    return new TlsClients(
        Certificates.der(terms.clients().get().ca()), terms.clients().get().required());
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
}
