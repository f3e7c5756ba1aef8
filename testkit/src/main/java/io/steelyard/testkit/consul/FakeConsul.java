package io.steelyard.testkit.consul;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.steelyard.testkit.TestCertificate;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A fake of one Consul agent that keeps to the documented HTTP API ({@link ConsulHttp} says to
 * which pages), for machines where none can be installed. In this process; in one of its own see
 * {@link FakeConsulProcess}. What is not documented it cannot show.
 */
public final class FakeConsul implements AutoCloseable {
  private static final Duration TICK = Duration.ofMillis(20);
  private static final char[] NO_PASSWORD = new char[0];

  static {
    // Else each answer waits for the acknowledgement of its head.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger requests = new AtomicInteger();
  private final boolean tls;
  private final ConsulState state;
  private final ConsulHttp http;
  private final Thread clock;
  private final Optional<BufferedWriter> log;
  private volatile Optional<Canned> canned = Optional.empty();

  private FakeConsul(FakeConsulOptions options) throws IOException, GeneralSecurityException {
    tls = options.tls().isPresent();
    List<String> told = List.of();
    if (options.log().isPresent() && Files.exists(options.log().get())) {
      told = Files.readAllLines(options.log().get());
    }
    log = writer(options.log());
    boolean[] remade = {false};
    state = new ConsulState(line -> tell(remade[0], line));
    synchronized (state) {
      told.forEach(line -> state.redo(line, System.nanoTime()));
    }
    remade[0] = true;
    http = new ConsulHttp(options, state);
    server = server(options);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
    clock = Thread.ofVirtual().start(this::tick);
  }

  /** Returns once it listens. */
  public static FakeConsul start(FakeConsulOptions options)
      throws IOException, GeneralSecurityException {
    return new FakeConsul(options);
  }

  /** A process of its own: the port, the shortest TTL in milliseconds, the file of changes. */
  public static void main(String[] args) throws IOException, GeneralSecurityException {
    start(
        new FakeConsulOptions(
            Integer.parseInt(args[0]),
            Duration.ofMillis(Long.parseLong(args[1])),
            List.of(),
            Optional.empty(),
            Optional.of(Path.of(args[2]))));
  }

  private static Optional<BufferedWriter> writer(Optional<Path> file) throws IOException {
    return file.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Files.newBufferedWriter(
                file.get(), StandardOpenOption.CREATE, StandardOpenOption.APPEND));
  }

  private void tell(boolean remade, String line) {
    if (!remade || log.isEmpty()) {
      return;
    }
    try {
      log.get().write(line + "\n");
      log.get().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static HttpServer server(FakeConsulOptions options)
      throws IOException, GeneralSecurityException {
    InetSocketAddress at = new InetSocketAddress(InetAddress.getLoopbackAddress(), options.port());
    if (options.tls().isEmpty()) {
      return HttpServer.create(at, 0);
    }
    HttpsServer https = HttpsServer.create(at, 0);
    https.setHttpsConfigurator(new HttpsConfigurator(context(options.tls().get())));
    return https;
  }

  private static SSLContext context(TestCertificate own)
      throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, NO_PASSWORD);
    try (InputStream in = Files.newInputStream(own.file())) {
      Certificate certificate = CertificateFactory.getInstance("X.509").generateCertificate(in);
      keys.setKeyEntry("own", key(own.key()), NO_PASSWORD, new Certificate[] {certificate});
    }
    KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(keys, NO_PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  private static PrivateKey key(Path pem) throws IOException, GeneralSecurityException {
    String base64 = Files.readString(pem).replaceAll("-----[A-Z ]+-----|\\s", "");
    return KeyFactory.getInstance("RSA")
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
  }

  private void handle(HttpExchange exchange) throws IOException {
    requests.incrementAndGet();
    Exchange asked = Exchange.of(exchange);
    Optional<Canned> instead = canned;
    if (instead.isPresent()) {
      instead.get().headers().forEach(asked::header);
      asked.answer(instead.get().status(), instead.get().text());
      return;
    }
    try {
      http.answer(asked);
    } catch (InterruptedException e) {
      exchange.close();
    }
  }

  private void tick() {
    try {
      while (true) {
        Thread.sleep(TICK);
        synchronized (state) {
          state.pass(System.nanoTime());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** {@code http://host:port}. */
  public String url() {
    return (tls ? "https://" : "http://") + "127.0.0.1:" + server.getAddress().getPort();
  }

  /** How many requests it has had. */
  public int requests() {
    return requests.get();
  }

  /** Whether its servers have a leader. */
  public void leader(boolean elected) {
    http.leader(elected);
  }

  /** Wakes those who wait for keys that begin so, for nothing. */
  public void disturb(String prefix) {
    synchronized (state) {
      state.disturb(prefix);
    }
  }

  /** Forgets which keys were removed: the index of what is left goes back. */
  public void forgetRemoved() {
    synchronized (state) {
      state.forgetRemoved();
    }
  }

  /** Sets a key, as somebody else does. */
  public void put(String key, String value) {
    synchronized (state) {
      state.set(key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)), 0);
    }
  }

  /** Answers this to everything, or the truth again. */
  public void answer(Optional<Canned> instead) {
    canned = instead;
  }

  /** An answer that is none of Consul's. */
  public record Canned(int status, Map<String, String> headers, String text) {
    public Canned {
      headers = Map.copyOf(headers);
    }
  }

  @Override
  public void close() {
    clock.interrupt();
    server.stop(0);
    threads.shutdownNow();
  }
}
