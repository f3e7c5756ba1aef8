package io.steelyard.net.tls;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.steelyard.net.Connection;
import io.steelyard.net.ConnectionHandler;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a listener speaks TLS: its certificates, of which the client's server name chooses (RFC 6066
 * section 3) and then what kinds of keys it understands, the protocols that it offers above (RFC
 * 7301), and whose certificates it believes of clients. Immutable; shared by all loops. What it
 * takes outside of the heap is given back when nobody knows it any more.
 */
public final class TlsServer {
  // Of openssl/ssl.h.
  private static final int VERIFY_PEER = 1;
  private static final int FAIL_IF_NO_PEER_CERT = 2;

  private static final Cleaner CLEANER = Cleaner.create();

  private final LibSsl lib;
  private final Contexts contexts;
  private final Options options;
  private final Map<String, Long> byName = new HashMap<>();
  private final long first;

  /**
   * What to offer.
   *
   * @param identities one at least; the first is for clients that ask for no name, or an unknown
   *     one, together with those of other types of keys that are for its first name, too
   * @param protocols above, the preferred one first: {@code h2}, {@code http/1.1}
   * @param from the lowest version: 0x303 (TLS 1.2) or 0x304 (TLS 1.3)
   * @param tickets the first seals tickets, all open them; none: those of another process, or of
   *     another certificate, are not understood
   * @param clients what clients have to show
   */
  public record Options(
      List<TlsIdentity> identities,
      List<String> protocols,
      int from,
      List<TlsTicketKey> tickets,
      TlsClients clients) {
    public Options {
      identities = List.copyOf(identities);
      protocols = List.copyOf(protocols);
      tickets = List.copyOf(tickets);
    }
  }

  private TlsServer(LibSsl lib, Options options) throws TlsException {
    this.lib = lib;
    this.contexts = new Contexts(lib);
    this.options = options;
    Arena arena = Arena.ofAuto();
    Greetings greetings = new Greetings(lib, options.protocols(), byName);
    MemorySegment alpn = greetings.protocolCallback(arena);
    Tickets tickets = new Tickets(lib, options.tickets(), arena);
    MemorySegment sealing = Upcalls.to(tickets, "prepare", Tickets.SHAPE, arena);
    List<Long> made = new ArrayList<>();
    CLEANER.register(this, new Release(lib, made, arena));
    Map<List<TlsIdentity>, Long> byIdentities = new LinkedHashMap<>();
    for (List<TlsIdentity> together : groups()) {
      long context = context(together, alpn);
      made.add(context);
      byIdentities.put(together, context);
      if (!options.tickets().isEmpty()) {
        lib.call("SSL_CTX_set_tlsext_ticket_key_evp_cb", context, sealing.address(), 0, 0);
      }
    }
    for (TlsIdentity identity : options.identities()) {
      identity.names().forEach(name -> byName.put(name, byIdentities.get(together(name))));
    }
    first = made.getFirst();
    if (made.size() > 1) {
      MemorySegment named = greetings.nameCallback(arena);
      lib.call("SSL_CTX_callback_ctrl", first, LibSsl.CALLBACK_SERVERNAME, named.address(), 0);
    }
  }

  /** Holds no reference to what it cleans up after; the arena lives as long as it does. */
  private record Release(LibSsl lib, List<Long> contexts, Arena arena) implements Runnable {
    @Override
    public void run() {
      contexts.forEach(context -> lib.call("SSL_CTX_free", context, 0, 0, 0));
    }
  }

  /**
   * Of these certificates.
   *
   * @throws TlsException if they cannot be used, or the system has no libssl 3
   */
  public static TlsServer of(Options options) throws TlsException {
    return new TlsServer(LibSsl.orRefuse(), options);
  }

  // ---- which certificates go together

  /** Those that share a context, each once; the first is for who asks for no name. */
  private List<List<TlsIdentity>> groups() {
    TlsIdentity byDefault = options.identities().getFirst();
    Map<List<TlsIdentity>, Boolean> groups = new LinkedHashMap<>();
    groups.put(
        byDefault.names().isEmpty() ? List.of(byDefault) : together(byDefault.names().getFirst()),
        true);
    for (TlsIdentity identity : options.identities()) {
      identity.names().forEach(name -> groups.put(together(name), true));
    }
    return List.copyOf(groups.keySet());
  }

  /** Of each type of key the first that is for this name. */
  private List<TlsIdentity> together(String name) {
    Map<String, TlsIdentity> byKeyType = new LinkedHashMap<>();
    for (TlsIdentity identity : options.identities()) {
      if (identity.names().contains(name)) {
        byKeyType.putIfAbsent(identity.keyType(), identity);
      }
    }
    return List.copyOf(byKeyType.values());
  }

  private long context(List<TlsIdentity> together, MemorySegment alpn) throws TlsException {
    return contexts.make(
        "TLS_server_method",
        options.from(),
        (arena, context) -> {
          for (TlsIdentity identity : together) {
            contexts.certify(arena, context, identity);
          }
          if (options.clients().asked()) {
            askClients(arena, context);
          }
          if (!options.protocols().isEmpty()) {
            lib.call("SSL_CTX_set_alpn_select_cb", context, alpn.address(), 0, 0);
          }
        });
  }

  private void askClients(Arena arena, long context) throws TlsException {
    TlsClients clients = options.clients();
    int mode = VERIFY_PEER | (clients.required() ? FAIL_IF_NO_PEER_CERT : 0);
    lib.call("SSL_CTX_set_verify", context, mode, 0, 0);
    contexts.trust(arena, context, clients.ca());
    contexts.nameAuthorities(arena, context, clients.ca());
    // Nodes and listeners share keys of tickets: a session of one that asked for less, or believed
    // somebody else, may not pass for one of this.
    byte[] digest = digest(clients);
    demand(
        lib.call(
            "SSL_CTX_set_session_id_context",
            context,
            arena.allocateFrom(JAVA_BYTE, digest).address(),
            digest.length,
            0));
  }

  private void demand(long result) throws TlsException {
    contexts.demand(result, "what clients have to show");
  }

  private static byte[] digest(TlsClients clients) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update((byte) (clients.required() ? 1 : 0));
      clients.ca().forEach(digest::update);
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  // ---- connections

  /** Whether clients are asked for a certificate. */
  boolean asksClients() {
    return options.clients().asked();
  }

  /**
   * Begins to speak TLS on a connection that a client has made: its handler is this from now on.
   *
   * @param handler is told {@code connected} when the client has greeted, {@code failed} if that
   *     comes to nothing
   */
  public TlsConnection accept(TlsMemory memory, Connection raw, ConnectionHandler handler) {
    TlsConnection tls = new TlsConnection(this, lib, lib.server(first), memory, raw, handler);
    raw.handler(tls);
    return tls;
  }

  static String protocolOf(LibSsl lib, long ssl) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ADDRESS);
      MemorySegment length = arena.allocate(JAVA_INT);
      lib.call("SSL_get0_alpn_selected", ssl, out.address(), length.address(), 0);
      int size = length.get(JAVA_INT, 0);
      return size == 0
          ? ""
          : new String(
              LibSsl.bytes(out.get(ADDRESS, 0).address(), size), StandardCharsets.US_ASCII);
    }
  }
}
