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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How a listener speaks TLS: its certificates, of which the client's server name chooses (RFC 6066
 * section 3), and the protocols that it offers above (RFC 7301). Immutable; shared by all loops.
 * What it takes outside of the heap is given back when nobody knows it any more.
 */
public final class TlsServer {
  /** Forward secrecy and authenticated encryption; those of TLS 1.3 all are. */
  private static final String CIPHERS_1_2 = "ECDHE+AESGCM:ECDHE+CHACHA20";

  private static final Cleaner CLEANER = Cleaner.create();

  private final LibSsl lib;
  private final List<String> protocols;
  private final Map<String, Long> byName = new HashMap<>();
  private final long first;

  /**
   * What to offer.
   *
   * @param identities one at least; the first is for clients that ask for no name, or an unknown
   *     one
   * @param protocols above, the preferred one first: {@code h2}, {@code http/1.1}
   * @param from the lowest version: 0x303 (TLS 1.2) or 0x304 (TLS 1.3)
   * @param tickets the first seals tickets, all open them; none: those of another process, or of
   *     another certificate, are not understood
   */
  public record Options(
      List<TlsIdentity> identities, List<String> protocols, int from, List<TlsTicketKey> tickets) {
    public Options {
      identities = List.copyOf(identities);
      protocols = List.copyOf(protocols);
      tickets = List.copyOf(tickets);
    }
  }

  private TlsServer(LibSsl lib, Options options) throws TlsException {
    this.lib = lib;
    this.protocols = options.protocols();
    Arena arena = Arena.ofAuto();
    Greetings greetings = new Greetings(lib, protocols, byName);
    MemorySegment alpn = greetings.protocolCallback(arena);
    Tickets tickets = new Tickets(lib, options.tickets(), arena);
    MemorySegment sealing = Upcalls.to(tickets, "prepare", Tickets.SHAPE, arena);
    List<Long> contexts = new ArrayList<>();
    CLEANER.register(this, new Release(lib, contexts, arena));
    for (TlsIdentity identity : options.identities()) {
      long context = context(options, identity, alpn);
      contexts.add(context);
      if (!options.tickets().isEmpty()) {
        lib.call("SSL_CTX_set_tlsext_ticket_key_evp_cb", context, sealing.address(), 0, 0);
      }
      identity.names().forEach(name -> byName.putIfAbsent(name, context));
    }
    first = contexts.getFirst();
    if (contexts.size() > 1) {
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
    LibSsl lib =
        LibSsl.FOUND.orElseThrow(() ->
            new TlsException("TLS needs the system's libssl 3: install it (Debian: libssl3)"));
    return new TlsServer(lib, options);
  }

  private long context(Options options, TlsIdentity identity, MemorySegment alpn)
      throws TlsException {
    long context = lib.call("SSL_CTX_new", lib.call("TLS_server_method", 0, 0, 0, 0), 0, 0, 0);
    if (context == 0) {
      throw new TlsException("libssl makes no context: " + lib.errorText());
    }
    long mode =
        LibSsl.MODE_PARTIAL_WRITE | LibSsl.MODE_MOVING_WRITE_BUFFER | LibSsl.MODE_RELEASE_BUFFERS;
    lib.call("SSL_CTX_ctrl", context, LibSsl.CTRL_MODE, mode, 0);
    // What is resumed is in the client's ticket, which any node can read.
    lib.call("SSL_CTX_ctrl", context, LibSsl.CTRL_SESS_CACHE_MODE, 0, 0);
    long flags =
        LibSsl.OP_NO_RENEGOTIATION
            | LibSsl.OP_NO_COMPRESSION
            | LibSsl.OP_CIPHER_SERVER_PREFERENCE
            | LibSsl.OP_PRIORITIZE_CHACHA;
    lib.call("SSL_CTX_set_options", context, flags, 0, 0);
    try (Arena arena = Arena.ofConfined()) {
      demand(
          lib.call("SSL_CTX_ctrl", context, LibSsl.CTRL_MIN_PROTO_VERSION, options.from(), 0),
          identity);
      long ciphers = arena.allocateFrom(CIPHERS_1_2).address();
      demand(lib.call("SSL_CTX_set_cipher_list", context, ciphers, 0, 0), identity);
      certify(arena, context, identity);
    } catch (TlsException e) {
      lib.call("SSL_CTX_free", context, 0, 0, 0);
      throw e;
    }
    if (!protocols.isEmpty()) {
      lib.call("SSL_CTX_set_alpn_select_cb", context, alpn.address(), 0, 0);
    }
    return context;
  }

  private void certify(Arena arena, long context, TlsIdentity identity) throws TlsException {
    long leaf = certificate(arena, identity.chain().getFirst());
    long used = lib.call("SSL_CTX_use_certificate", context, leaf, 0, 0);
    lib.call("X509_free", leaf, 0, 0, 0);
    demand(used, identity);
    for (byte[] der : identity.chain().subList(1, identity.chain().size())) {
      // It belongs to the context from then on.
      long next = certificate(arena, der);
      long added = lib.call("SSL_CTX_ctrl", context, LibSsl.CTRL_CHAIN_CERT, 0, next);
      if ((int) added != 1) {
        lib.call("X509_free", next, 0, 0, 0);
      }
      demand(added, identity);
    }
    long key =
        lib.call(
            "d2i_AutoPrivateKey", 0, pointerTo(arena, identity.key()), identity.key().length, 0);
    demand(key == 0 ? 0 : 1, identity);
    long taken = lib.call("SSL_CTX_use_PrivateKey", context, key, 0, 0);
    lib.call("EVP_PKEY_free", key, 0, 0, 0);
    demand(taken, identity);
    demand(lib.call("SSL_CTX_check_private_key", context, 0, 0, 0), identity);
  }

  private long certificate(Arena arena, byte[] der) throws TlsException {
    long certificate = lib.call("d2i_X509", 0, pointerTo(arena, der), der.length, 0);
    if (certificate == 0) {
      throw new TlsException("a certificate cannot be read: " + lib.errorText());
    }
    return certificate;
  }

  /** These functions move the pointer that they are given the address of. */
  private static long pointerTo(Arena arena, byte[] der) {
    MemorySegment bytes = arena.allocateFrom(JAVA_BYTE, der);
    MemorySegment pointer = arena.allocate(ADDRESS);
    pointer.set(ADDRESS, 0, bytes);
    return pointer.address();
  }

  private void demand(long result, TlsIdentity identity) throws TlsException {
    if ((int) result != 1) {
      throw new TlsException(
          "the certificate for %s cannot be used: %s".formatted(identity, lib.errorText()));
    }
  }

  // ---- connections

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
