package io.steelyard.net.tls;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * The calls of libssl and libcrypto 3 that connections need (their manual pages: SSL_new(3) and so
 * on). Pointers are plain numbers: the caller answers for what they point to. Each thread has an
 * error queue of its own in there, so only platform threads come here.
 *
 * <p>As with the C library, all go through one shape, and calls that neither block nor call back
 * are critical: see {@link io.steelyard.net.sys.Libc}.
 */
@SuppressWarnings("restricted")
final class LibSsl {
  // Of openssl/ssl.h and openssl/bio.h.
  static final int ERROR_WANT_READ = 2;
  static final int ERROR_ZERO_RETURN = 6;
  static final int CTRL_MODE = 33;
  static final int CTRL_SESS_CACHE_MODE = 44;
  static final int CTRL_CHAIN_CERT = 89;
  static final int CTRL_MIN_PROTO_VERSION = 123;
  static final int CALLBACK_SERVERNAME = 53;
  static final int CTRL_SERVERNAME_ARG = 54;
  static final long MODE_PARTIAL_WRITE = 1;
  static final long MODE_MOVING_WRITE_BUFFER = 2;
  static final long MODE_RELEASE_BUFFERS = 16;
  static final long OP_NO_COMPRESSION = 1L << 17;
  static final long OP_PRIORITIZE_CHACHA = 1L << 21;
  static final long OP_CIPHER_SERVER_PREFERENCE = 1L << 22;
  static final long OP_NO_RENEGOTIATION = 1L << 30;
  static final int TLS_1_2 = 0x303;
  static final int TLS_1_3 = 0x304;
  private static final int BIO_RESET = 1;
  private static final int BIO_PENDING = 10;
  private static final int BIO_EOF_RETURN = 130;

  private static final int ERROR_TEXT_BYTES = 256;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final FunctionDescriptor SHAPE =
      FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle CRITICAL =
      LINKER.downcallHandle(SHAPE, Linker.Option.critical(false));
  private static final MethodHandle PLAIN = LINKER.downcallHandle(SHAPE);

  /** Empty where the system has no libssl 3. */
  static final Optional<LibSsl> FOUND = find();

  private final SymbolLookup lookup;
  private final MemorySegment sslNew;
  private final MemorySegment sslFree;
  private final MemorySegment acceptState;
  private final MemorySegment doHandshake;
  private final MemorySegment read;
  private final MemorySegment write;
  private final MemorySegment getError;
  private final MemorySegment shutdown;
  private final MemorySegment hasPending;
  private final MemorySegment sessionReused;
  private final MemorySegment setReadBio;
  private final MemorySegment setWriteBio;
  private final MemorySegment clearErrors;
  private final MemorySegment newMemory;
  private final MemorySegment bioUpRef;
  private final MemorySegment bioRead;
  private final MemorySegment bioCtrl;
  private final MemorySegment bioFree;

  private LibSsl(SymbolLookup lookup) {
    this.lookup = lookup;
    sslNew = symbol("SSL_new");
    sslFree = symbol("SSL_free");
    acceptState = symbol("SSL_set_accept_state");
    doHandshake = symbol("SSL_do_handshake");
    read = symbol("SSL_read");
    write = symbol("SSL_write");
    getError = symbol("SSL_get_error");
    shutdown = symbol("SSL_shutdown");
    hasPending = symbol("SSL_has_pending");
    sessionReused = symbol("SSL_session_reused");
    setReadBio = symbol("SSL_set0_rbio");
    setWriteBio = symbol("SSL_set0_wbio");
    clearErrors = symbol("ERR_clear_error");
    newMemory = symbol("BIO_new_mem_buf");
    bioUpRef = symbol("BIO_up_ref");
    bioRead = symbol("BIO_read");
    bioCtrl = symbol("BIO_ctrl");
    bioFree = symbol("BIO_free");
  }

  /** What the system has. */
  static LibSsl orRefuse() throws TlsException {
    return FOUND.orElseThrow(
        () -> new TlsException("TLS needs the system's libssl 3: install it (Debian: libssl3)"));
  }

  private static Optional<LibSsl> find() {
    try {
      SymbolLookup crypto = SymbolLookup.libraryLookup("libcrypto.so.3", Arena.global());
      SymbolLookup ssl = SymbolLookup.libraryLookup("libssl.so.3", Arena.global());
      return Optional.of(new LibSsl(ssl.or(crypto)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private MemorySegment symbol(String name) {
    return lookup
        .find(name)
        .orElseThrow(() -> new IllegalArgumentException("libssl 3 has no " + name));
  }

  /** Calls a function by name that is needed only when a context is made; it may call back. */
  long call(String name, long a, long b, long c, long d) {
    return plain(symbol(name), a, b, c, d, 0);
  }

  /** The same with one more. */
  long call(String name, long a, long b, long c, long d, long e) {
    return plain(symbol(name), a, b, c, d, e);
  }

  private static long plain(MemorySegment function, long a, long b, long c, long d, long e) {
    try {
      return (long) PLAIN.invokeExact(function, a, b, c, d, e);
    } catch (Throwable t) {
      throw new AssertionError(t);
    }
  }

  private static long critical(MemorySegment function, long a, long b, long c) {
    try {
      return (long) CRITICAL.invokeExact(function, a, b, c, 0L, 0L);
    } catch (Throwable t) {
      throw new AssertionError(t);
    }
  }

  // ---- a connection

  /** A server's side; 0 without memory. */
  long server(long context) {
    long ssl = critical(sslNew, context, 0, 0);
    if (ssl == 0) {
      clearErrors();
    } else {
      critical(acceptState, ssl, 0, 0);
    }
    return ssl;
  }

  void free(long ssl) {
    critical(sslFree, ssl, 0, 0);
  }

  /** 1: it is done. Calls back. */
  int handshake(long ssl) {
    return (int) plain(doHandshake, ssl, 0, 0, 0, 0);
  }

  /** How many bytes came, or 0 or less. */
  int read(long ssl, long address, int bytes) {
    return (int) critical(read, ssl, address, bytes);
  }

  /** How many bytes were taken, or 0 or less. */
  int write(long ssl, long address, int bytes) {
    return (int) critical(write, ssl, address, bytes);
  }

  /** Whether the client had a ticket of a former connection. */
  boolean isResumed(long ssl) {
    return (int) critical(sessionReused, ssl, 0, 0) == 1;
  }

  int error(long ssl, int result) {
    return (int) critical(getError, ssl, result, 0);
  }

  /** Puts close_notify on its way. */
  void shutdown(long ssl) {
    critical(shutdown, ssl, 0, 0);
    clearErrors();
  }

  boolean hasPending(long ssl) {
    return (int) critical(hasPending, ssl, 0, 0) != 0;
  }

  // ---- where its bytes come from and go to

  /** Has it read these bytes next, which stay where they are until it has; returns their BIO. */
  long feed(long ssl, long address, int bytes) {
    long bio = critical(newMemory, address, bytes, 0);
    critical(bioCtrl, bio, BIO_EOF_RETURN, -1);
    critical(setReadBio, ssl, bio, 0);
    return bio;
  }

  /** How many of them it has not read. */
  int unread(long bio) {
    return (int) critical(bioCtrl, bio, BIO_PENDING, 0);
  }

  /** Memory that grows, and is shared by those who empty it after each call. */
  long newMemory() {
    return call("BIO_new", call("BIO_s_mem", 0, 0, 0, 0), 0, 0, 0);
  }

  void writeTo(long ssl, long bio) {
    critical(bioUpRef, bio, 0, 0);
    critical(setWriteBio, ssl, bio, 0);
  }

  /** Takes bytes out of memory; 0 or less when there are none. */
  int take(long bio, long address, int bytes) {
    return (int) critical(bioRead, bio, address, bytes);
  }

  /** Forgets what is there. */
  void empty(long bio) {
    critical(bioCtrl, bio, BIO_RESET, 0);
  }

  void freeBio(long bio) {
    critical(bioFree, bio, 0, 0);
  }

  // ---- errors

  void clearErrors() {
    critical(clearErrors, 0, 0, 0);
  }

  /** The first error of this thread since the last look, in words; forgets all. */
  String errorText() {
    long code = call("ERR_get_error", 0, 0, 0, 0);
    clearErrors();
    if (code == 0) {
      return "no reason is known";
    }
    long reason = call("ERR_reason_error_string", code, 0, 0, 0);
    return reason == 0 ? "error " + Long.toHexString(code) : text(reason);
  }

  static String text(long address) {
    return MemorySegment.ofAddress(address).reinterpret(ERROR_TEXT_BYTES).getString(0);
  }

  static byte[] bytes(long address, long size) {
    return MemorySegment.ofAddress(address).reinterpret(size).toArray(JAVA_BYTE);
  }
}
