package io.steelyard.control.discovery.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.config.Address;
import io.steelyard.config.DiscoverConfig.Family;
import io.steelyard.config.DiscoverConfig.Limits;
import io.steelyard.config.DiscoverConfig.Source;
import io.steelyard.config.ServerConfig;
import io.steelyard.control.discovery.Answer;
import io.steelyard.testkit.Dnsmasq;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real name servers, and ones that answer as no name server should. */
@Timeout(60)
final class DnsNamesTest {
  @TempDir private Path dir;

  private static Optional<Address.Tcp> at(int port) {
    return Optional.of(new Address.Tcp("127.0.0.1", port));
  }

  private DnsNames names(int port) {
    return DnsNames.of(at(port), dir.resolve("resolv.conf"));
  }

  private Answer host(int port, String name, Family family) throws InterruptedException {
    return new HostSource(
            new Source.Dns(name, 80, 1, family, at(port)), Limits.DEFAULT, names(port))
        .ask();
  }

  private static List<String> servers(Answer answer) {
    assertThat(answer).isInstanceOf(Answer.Found.class);
    return ((Answer.Found) answer).servers().stream().map(ServerConfig::name).toList();
  }

  @Test
  void a_real_name_server_is_asked_for_addresses_aliases_and_services() throws Exception {
    try (Dnsmasq dnsmasq =
        Dnsmasq.start(
            dir.resolve("dns"),
            "host-record=app.example,10.0.0.1,2001:db8::1,77",
            "host-record=app.example,10.0.0.2,77",
            "host-record=b.example,10.0.0.9,33",
            "cname=alias.example,app.example,20",
            "cname=far.example,alias.example,90",
            "srv-host=_http._tcp.api.example,app.example,8080,1,10",
            "srv-host=_http._tcp.api.example,b.example,8081,2,20",
            "txt-record=text.example,nothing")) {
      int port = dnsmasq.port();
      Answer app = host(port, "app.example", Family.BOTH);
      assertThat(servers(app)).containsExactly("10.0.0.1:80", "10.0.0.2:80", "[2001:db8::1]:80");
      assertThat(((Answer.Found) app).ttl()).contains(Duration.ofSeconds(77));
      Answer far = host(port, "far.example", Family.IPV4);
      assertThat(servers(far)).containsExactly("10.0.0.1:80", "10.0.0.2:80");
      assertThat(((Answer.Found) far).ttl().orElseThrow()).isEqualTo(Duration.ofSeconds(20));
      assertThat(host(port, "no.example", Family.BOTH))
          .isInstanceOf(Answer.Nothing.class)
          .asString()
          .contains("there is no name no.example");
      assertThat(host(port, "text.example", Family.BOTH))
          .isInstanceOf(Answer.Nothing.class)
          .asString()
          .contains("text.example has no");

      Answer service =
          new ServiceSource(
                  new Source.Srv("_http._tcp.api.example", Family.IPV4, at(port)),
                  Limits.DEFAULT,
                  names(port))
              .ask();
      assertThat(servers(service)).containsExactly("app.example:8080", "b.example:8081");
      assertThat(((Answer.Found) service).servers().toString())
          .contains("address=10.0.0.1:8080, weight=10, maxConnections=0, backup=false")
          .contains("address=10.0.0.9:8081, weight=20, maxConnections=0, backup=true");

      dnsmasq.kill();
      assertThat(((Answer.Failed) host(port, "app.example", Family.IPV4)).why())
          .contains("name server 127.0.0.1:" + port, "A records of app.example");
    }
  }

  @Test
  void an_answer_that_does_not_fit_is_asked_for_over_tcp() throws Exception {
    List<String> options = new ArrayList<>(List.of("edns-packet-max=512"));
    for (int i = 1; i <= 200; i++) {
      options.add("host-record=many.example,10.0.1." + i + ",60");
    }
    try (Dnsmasq dnsmasq = Dnsmasq.start(dir.resolve("dns"), options.toArray(String[]::new))) {
      assertThat(servers(host(dnsmasq.port(), "many.example", Family.IPV4))).hasSize(200);
    }
  }

  @Test
  void a_name_without_a_dot_is_looked_for_in_the_domains_of_the_system() throws Exception {
    Files.writeString(dir.resolve("resolv.conf"), "search nowhere.example inner.example\n");
    try (Dnsmasq dnsmasq =
        Dnsmasq.start(dir.resolve("dns"), "host-record=app.inner.example,10.0.0.3,60")) {
      assertThat(servers(host(dnsmasq.port(), "app", Family.IPV4))).containsExactly("10.0.0.3:80");
    }
  }

  /** Answers every question with what is made of it. */
  private static final class Responder implements AutoCloseable {
    final DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());

    Responder(UnaryOperator<byte[]> answer) throws SocketException {
      Thread.ofVirtual().start(() -> serve(answer));
    }

    private void serve(UnaryOperator<byte[]> answer) {
      try {
        while (true) {
          DatagramPacket packet = new DatagramPacket(new byte[1500], 1500);
          socket.receive(packet);
          byte[] question = java.util.Arrays.copyOf(packet.getData(), packet.getLength());
          byte[] reply = answer.apply(question);
          socket.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
        }
      } catch (java.io.IOException e) {
        // Closed.
      }
    }

    @Override
    public void close() {
      socket.close();
    }
  }

  /** The question as an answer with this code; what follows the question is put behind it. */
  private static byte[] reply(byte[] question, int code, int answers, String hex) {
    int end = 12;
    while (question[end] != 0) {
      end += question[end] + 1;
    }
    end += 5;
    byte[] records = HexFormat.of().parseHex(hex);
    byte[] reply = new byte[end + records.length];
    System.arraycopy(question, 0, reply, 0, end);
    System.arraycopy(records, 0, reply, end, records.length);
    reply[2] = (byte) 0x81;
    reply[3] = (byte) (0x80 | code);
    reply[7] = (byte) answers;
    reply[11] = 0;
    return reply;
  }

  @Test
  void a_servers_failure_is_a_failure_and_no_sign_that_nothing_is_there() throws Exception {
    try (Responder failing = new Responder(q -> reply(q, 2, 0, ""))) {
      assertThat(((Answer.Failed) host(failing.socket.getLocalPort(), "a.b", Family.IPV4)).why())
          .contains("SERVFAIL");
    }
  }

  @Test
  void an_answer_that_is_cut_off_over_tcp_too_takes_no_server_away() throws Exception {
    UnaryOperator<byte[]> cut =
        question -> {
          byte[] reply = reply(question, 0, 1, "c00c00010001000000050004" + "0a000001");
          reply[2] |= 2;
          return reply;
        };
    try (Responder udp = new Responder(cut);
        ServerSocket tcp = new ServerSocket()) {
      int port = udp.socket.getLocalPort();
      tcp.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      Thread.ofVirtual()
          .start(() -> {
            while (!tcp.isClosed()) {
              try (Socket client = tcp.accept()) {
                DataInputStream in = new DataInputStream(client.getInputStream());
                byte[] reply = cut.apply(in.readNBytes(in.readUnsignedShort()));
                DataOutputStream out = new DataOutputStream(client.getOutputStream());
                out.writeShort(reply.length);
                out.write(reply);
              } catch (IOException e) {
                // Closed.
              }
            }
          });
      assertThat(((Answer.Failed) host(port, "a.b", Family.IPV4)).why()).contains("cut off");
    }
  }

  @Test
  void aliases_that_lead_in_a_circle_end() throws Exception {
    // An alias for itself.
    String circle = "c00c" + "0005" + "0001" + "0000003c" + "0002" + "c00c";
    try (Responder turning = new Responder(q -> reply(q, 0, 1, circle))) {
      Answer answer = host(turning.socket.getLocalPort(), "a.b", Family.IPV4);
      assertThat(answer).isNotInstanceOf(Answer.Found.class);
    }
  }

  @Test
  void no_answer_however_broken_is_more_than_a_failure() throws Exception {
    SplittableRandom random = new SplittableRandom(7);
    UnaryOperator<byte[]> broken =
        question -> {
          byte[] reply = reply(question, 0, 2, "c00c00010001000000050004" + "0a000001");
          for (int i = 0; i < 4; i++) {
            // The number, the question and that it is an answer stay, or it is not even read.
            reply[3 + random.nextInt(reply.length - 3)] ^= (byte) (1 << random.nextInt(8));
          }
          return reply;
        };
    try (Responder careless = new Responder(broken)) {
      for (int i = 0; i < 20; i++) {
        Answer answer = host(careless.socket.getLocalPort(), "a.b", Family.IPV4);
        assertThat(answer).isNotNull();
      }
    }
  }
}
