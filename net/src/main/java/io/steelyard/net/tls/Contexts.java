package io.steelyard.net.tls;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Makes the contexts of libssl (SSL_CTX_new(3)) that connections are made of. */
final class Contexts {
  /** Forward secrecy and authenticated encryption; those of TLS 1.3 all are. */
  private static final String CIPHERS_1_2 = "ECDHE+AESGCM:ECDHE+CHACHA20";

  /** Of openssl/x509_vfy.h: whom the operator names is believed, with or without its own issuer. */
  private static final long PARTIAL_CHAIN = 0x80000;

  private static final long FLAGS =
      LibSsl.OP_NO_RENEGOTIATION
          | LibSsl.OP_NO_COMPRESSION
          | LibSsl.OP_CIPHER_SERVER_PREFERENCE
          | LibSsl.OP_PRIORITIZE_CHACHA;

  private final LibSsl lib;

  Contexts(LibSsl lib) {
    this.lib = lib;
  }

  /** What is put into a new context, which is freed if that fails. */
  @FunctionalInterface
  interface Filling {
    void fill(Arena arena, long context) throws TlsException;
  }

  /**
   * A new one.
   *
   * @param method {@code TLS_server_method} or {@code TLS_client_method}
   * @param from the lowest version
   */
  long make(String method, int from, Filling filling) throws TlsException {
    long context = lib.call("SSL_CTX_new", lib.call(method, 0, 0, 0, 0), 0, 0, 0);
    if (context == 0) {
      throw new TlsException("libssl makes no context: " + lib.errorText());
    }
    long mode =
        LibSsl.MODE_PARTIAL_WRITE | LibSsl.MODE_MOVING_WRITE_BUFFER | LibSsl.MODE_RELEASE_BUFFERS;
    lib.call("SSL_CTX_ctrl", context, LibSsl.CTRL_MODE, mode, 0);
    // A server's sessions are in its clients' tickets, which any node can read; a client's are kept
    // beside the server that they are good at.
    lib.call("SSL_CTX_ctrl", context, LibSsl.CTRL_SESS_CACHE_MODE, 0, 0);
    lib.call("SSL_CTX_set_options", context, FLAGS, 0, 0);
    try (Arena arena = Arena.ofConfined()) {
      demand(lib.call("SSL_CTX_ctrl", context, LibSsl.CTRL_MIN_PROTO_VERSION, from, 0), "TLS");
      long ciphers = arena.allocateFrom(CIPHERS_1_2).address();
      demand(lib.call("SSL_CTX_set_cipher_list", context, ciphers, 0, 0), "TLS");
      filling.fill(arena, context);
    } catch (TlsException e) {
      lib.call("SSL_CTX_free", context, 0, 0, 0);
      throw e;
    }
    return context;
  }

  /** Adds a certificate with its chain and key; of each type of key a context has one. */
  void certify(Arena arena, long context, TlsIdentity identity) throws TlsException {
    String what = "the certificate for " + identity;
    long leaf = certificate(arena, identity.chain().getFirst());
    long used = lib.call("SSL_CTX_use_certificate", context, leaf, 0, 0);
    lib.call("X509_free", leaf, 0, 0, 0);
    demand(used, what);
    for (byte[] der : identity.chain().subList(1, identity.chain().size())) {
      // It belongs to the context from then on.
      long next = certificate(arena, der);
      long added = lib.call("SSL_CTX_ctrl", context, LibSsl.CTRL_CHAIN_CERT, 0, next);
      if ((int) added != 1) {
        lib.call("X509_free", next, 0, 0, 0);
      }
      demand(added, what);
    }
    long key =
        lib.call(
            "d2i_AutoPrivateKey", 0, pointerTo(arena, identity.key()), identity.key().length, 0);
    demand(key == 0 ? 0 : 1, what);
    long taken = lib.call("SSL_CTX_use_PrivateKey", context, key, 0, 0);
    lib.call("EVP_PKEY_free", key, 0, 0, 0);
    demand(taken, what);
    demand(lib.call("SSL_CTX_check_private_key", context, 0, 0, 0), what);
  }

  /** Believes these authorities of whoever is on the other side. */
  void trust(Arena arena, long context, List<byte[]> authorities) throws TlsException {
    long store = lib.call("SSL_CTX_get_cert_store", context, 0, 0, 0);
    for (byte[] der : authorities) {
      long authority = certificate(arena, der);
      long added = lib.call("X509_STORE_add_cert", store, authority, 0, 0);
      lib.call("X509_free", authority, 0, 0, 0);
      demand(added, "an authority's certificate");
    }
    long terms = lib.call("SSL_CTX_get0_param", context, 0, 0, 0);
    demand(lib.call("X509_VERIFY_PARAM_set_flags", terms, PARTIAL_CHAIN, 0, 0), "TLS");
  }

  /** Tells clients whose certificates are believed, so that they know which one to show. */
  void nameAuthorities(Arena arena, long context, List<byte[]> authorities) throws TlsException {
    for (byte[] der : authorities) {
      long authority = certificate(arena, der);
      long added = lib.call("SSL_CTX_add_client_CA", context, authority, 0, 0);
      lib.call("X509_free", authority, 0, 0, 0);
      demand(added, "an authority's certificate");
    }
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
    return arena.allocateFrom(ADDRESS, bytes).address();
  }

  void demand(long result, String what) throws TlsException {
    if ((int) result != 1) {
      throw new TlsException("%s cannot be used: %s".formatted(what, lib.errorText()));
    }
  }
}
