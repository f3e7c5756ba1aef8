package io.steelyard.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.net.tls.TlsClients;
import io.steelyard.net.tls.TlsConnection;
import io.steelyard.net.tls.TlsException;
import io.steelyard.net.tls.TlsIdentity;
import io.steelyard.net.tls.TlsMemory;
import io.steelyard.net.tls.TlsServer;
import io.steelyard.net.tls.TlsTicketKey;
import io.steelyard.testkit.TestCertificate;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS towards clients, which are the JDK's. */
final class TlsConnectionTest extends TransportTest {
  private static final int TLS_1_2 = 0x303;

  @TempDir private Path dir;
  private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
  private final BlockingQueue<Boolean> resumed = new LinkedBlockingQueue<>();
  private TlsIdentity first;
  private TlsIdentity other;
  private TrustManagerFactory trusting;
  private volatile TlsServer serving;

  @BeforeEach
  void certificates() throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    first = identity("a.example", trusted);
    other = identity("*.b.example", trusted);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    trusting = trust;
  }

  private TlsIdentity identity(String name, KeyStore trusted) throws Exception {
    Path place = Files.createDirectory(dir.resolve("" + trusted.size()));
    TestCertificate made = TestCertificate.in(place, "DNS:" + name);
    X509Certificate certificate;
    try (var in = Files.newInputStream(made.file())) {
      certificate =
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
    trusted.setCertificateEntry(name, certificate);
    String key = Files.readString(made.key()).replaceAll("-----[A-Z ]*-----|\\s", "");
    return new TlsIdentity(
        List.of(name),
        List.of(certificate.getEncoded()),
        Base64.getDecoder().decode(key),
        certificate.getPublicKey().getAlgorithm());
  }

  private TlsServer server(TlsTicketKey... tickets) throws TlsException {
    return TlsServer.of(
        new TlsServer.Options(
            List.of(first, other),
            List.of("h2", "http/1.1"),
            TLS_1_2,
            List.of(tickets),
            TlsClients.ANYBODY));
  }

  /** Tells what happens, and goes on as what is made for the connection. */
  private final class Greeted extends Quiet {
    private final Function<Connection, ConnectionHandler> maker;
    TlsConnection tls;

    Greeted(Connection raw, Function<Connection, ConnectionHandler> maker) {
      super(raw);
      this.maker = maker;
    }

    @Override
    public void connected() {
      said.add("connected " + tls.protocol());
      resumed.add(tls.resumed());
      tls.handler(maker.apply(tls));
    }

    @Override
    public void failed(int errno) {
      said.add(tls.failure());
    }
  }

  private InetSocketAddress serving(Transport transport, Function<Connection, ConnectionHandler> as)
      throws Exception {
    start(transport);
    serving = server();
    TlsMemory memory = new TlsMemory(loop);
    return listen(
        each(raw -> {
          Greeted greeted = new Greeted(raw, as);
          greeted.tls = serving.accept(memory, raw, greeted);
          return greeted.tls;
        }));
  }

  private SSLSocket client(InetSocketAddress at, String name, String... protocols)
      throws Exception {
    // Of its own: with another one's session there would be no certificate to see.
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trusting.getTrustManagers(), null);
    SSLSocket s = (SSLSocket) context.getSocketFactory().createSocket();
    s.setSoTimeout(20_000);
    s.connect(at);
    SSLParameters p = s.getSSLParameters();
    p.setServerNames(List.of(new SNIHostName(name)));
    p.setEndpointIdentificationAlgorithm("");
    p.setApplicationProtocols(protocols);
    s.setSSLParameters(p);
    return s;
  }

  private static String certificateOf(SSLSocket s) throws IOException {
    return ((X509Certificate) s.getSession().getPeerCertificates()[0])
        .getSubjectX500Principal()
        .getName();
  }

  private String next() throws InterruptedException {
    return said.poll(10, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @EnumSource
  void what_is_sent_comes_back_and_then_the_end(Transport transport) throws Exception {
    InetSocketAddress at = serving(transport, Echo::new);
    for (String version : List.of("TLSv1.3", "TLSv1.2")) {
      try (SSLSocket s = client(at, "a.example")) {
        s.setEnabledProtocols(new String[] {version});
        for (int i = 1; i < 100; i++) {
          byte[] b = randomBytes(i * 517, i);
          s.getOutputStream().write(b);
          assertThat(s.getInputStream().readNBytes(b.length)).isEqualTo(b);
        }
        s.shutdownOutput();
        assertThat(s.getInputStream().read()).isEqualTo(-1);
        assertThat(s.getSession().getProtocol()).isEqualTo(version);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void megabytes_come_back_in_order_while_the_client_reads_late(Transport transport)
      throws Exception {
    InetSocketAddress at = serving(transport, Echo::new);
    byte[] all = randomBytes(8 << 20, 1);
    try (SSLSocket s = client(at, "a.example")) {
      s.startHandshake();
      assertThat(sentAndReadBack(s, all)).isEqualTo(all);
    }
  }

  @Test
  void the_name_that_is_asked_for_chooses_the_certificate() throws Exception {
    InetSocketAddress at = serving(Transport.EPOLL, Echo::new);
    for (String[] asked :
        List.of(
            new String[] {"a.example", "CN=a.example"},
            new String[] {"x.b.example", "CN=*.b.example"},
            new String[] {"x.y.b.example", "CN=a.example"},
            new String[] {"unknown.example", "CN=a.example"})) {
      try (SSLSocket s = client(at, asked[0])) {
        assertThat(certificateOf(s)).as(asked[0]).isEqualTo(asked[1]);
      }
    }
  }

  @Test
  void the_protocol_above_is_the_first_of_ours_that_the_client_speaks() throws Exception {
    InetSocketAddress at = serving(Transport.EPOLL, Echo::new);
    try (SSLSocket s = client(at, "a.example", "spdy/1", "http/1.1", "h2")) {
      s.startHandshake();
      assertThat(s.getApplicationProtocol()).isEqualTo("h2");
      assertThat(next()).isEqualTo("connected h2");
    }
    try (SSLSocket s = client(at, "x.b.example", "http/1.1")) {
      s.startHandshake();
      assertThat(s.getApplicationProtocol()).isEqualTo("http/1.1");
    }
    try (SSLSocket s = client(at, "a.example", "spdy/1")) {
      assertThatThrownBy(s::startHandshake).hasMessageContaining("no_application_protocol");
    }
  }

  @ParameterizedTest
  @EnumSource
  void who_speaks_something_else_is_told_and_it_is_known_why(Transport transport) throws Exception {
    InetSocketAddress at = serving(transport, Echo::new);
    try (Socket s = connect(at)) {
      s.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      s.getInputStream().readAllBytes();
    }
    assertThat(next()).isEqualTo("http request");
    try (Socket s = connect(at)) {
      s.shutdownOutput();
      assertThatThrownBy(() -> s.getInputStream().readAllBytes()).isInstanceOf(IOException.class);
    }
    assertThat(next()).isEqualTo("ended while greeting");
  }

  @ParameterizedTest
  @EnumSource
  void what_waits_while_reading_is_paused_comes_later(Transport transport) throws Exception {
    InetSocketAddress at =
        serving(
            transport,
            c ->
                new Quiet(c) {
                  @Override
                  public void received(Buffer bytes) {
                    said.add("received " + bytes.size());
                    bytes.release();
                    c.pauseReading();
                    loop.execute(c::resumeReading);
                  }

                  @Override
                  public void inputClosed() {
                    said.add("end");
                    c.close();
                  }
                });
    try (SSLSocket s = client(at, "a.example")) {
      s.startHandshake();
      s.getOutputStream().write(new byte[100]);
      s.getOutputStream().write(new byte[200]);
      s.getOutputStream().write(new byte[300]);
      s.shutdownOutput();
      assertThat(List.of(next(), next(), next(), next(), next()))
          .containsExactly("connected ", "received 100", "received 200", "received 300", "end");
    }
  }

  @Test
  void a_key_of_another_certificate_is_refused() {
    TlsIdentity mixed = new TlsIdentity(first.names(), first.chain(), other.key(), "RSA");
    assertThatThrownBy(() ->
            TlsServer.of(
                new TlsServer.Options(
                    List.of(mixed), List.of(), TLS_1_2, List.of(), TlsClients.ANYBODY)))
        .isInstanceOf(TlsException.class)
        .hasMessageContaining("a.example");
  }

  private static TlsTicketKey key(int of) {
    byte[] name = new byte[TlsTicketKey.NAME_BYTES];
    byte[] secret = new byte[TlsTicketKey.KEY_BYTES];
    name[0] = (byte) of;
    secret[0] = (byte) of;
    return new TlsTicketKey(name, secret, secret);
  }

  /** Once, with what the context knows of former times. */
  private boolean resumes(SSLContext context, InetSocketAddress at, String version)
      throws Exception {
    Socket plain = connect(at);
    try (SSLSocket s =
        (SSLSocket) context.getSocketFactory().createSocket(plain, "a.example", 443, true)) {
      s.setEnabledProtocols(new String[] {version});
      s.getOutputStream().write(1);
      // Tickets of TLS 1.3 come with what is read first.
      assertThat(s.getInputStream().read()).isEqualTo(1);
    }
    return resumed.poll(10, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void a_ticket_of_one_server_is_good_at_all_that_have_its_key(String version) throws Exception {
    InetSocketAddress at = serving(Transport.EPOLL, Echo::new);
    SSLContext client = fresh();
    serving = server(key(1), key(2));
    assertThat(resumes(client, at, version)).isFalse();
    assertThat(resumes(client, at, version)).isTrue();
    client = fresh();
    assertThat(resumes(client, at, version)).isFalse();
    serving = server(key(1), key(2));
    assertThat(resumes(client, at, version)).as("another node").isTrue();
    client = fresh();
    assertThat(resumes(client, at, version)).isFalse();
    serving = server(key(2), key(1));
    assertThat(resumes(client, at, version)).as("the key has been rotated").isTrue();
    client = fresh();
    assertThat(resumes(client, at, version)).isFalse();
    serving = server(key(3));
    assertThat(resumes(client, at, version)).as("nobody has it any more").isFalse();
  }

  private SSLContext fresh() throws Exception {
    SSLContext client = SSLContext.getInstance("TLS");
    client.init(null, trusting.getTrustManagers(), null);
    return client;
  }
}
