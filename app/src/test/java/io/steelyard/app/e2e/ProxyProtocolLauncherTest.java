package io.steelyard.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.app.launcher.Launched;
import io.steelyard.testkit.FreePorts;
import io.steelyard.testkit.RealServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Between a proxy in front that names its clients and one behind that is told of them. */
final class ProxyProtocolLauncherTest {
  @TempDir private Path dir;
  private RealServer nginx;
  private RealServer haproxy;
  private int haproxyPort;

  @BeforeEach
  void start() throws IOException {
    nginx =
        RealServer.nginx(
            dir.resolve("nginx"),
            FreePorts.any(),
            """
            listen 127.0.0.1:%d proxy_protocol;
            location / {
              return 200 "$proxy_protocol_addr:$proxy_protocol_port to $proxy_protocol_server_port";
            }
            """);
    haproxyPort = FreePorts.any();
    haproxy =
        RealServer.haproxy(
            dir.resolve("haproxy"),
            haproxyPort,
            """
            defaults
              mode http
              timeout client 30s
              timeout server 30s
              timeout connect 5s
            listen behind
              bind 127.0.0.1:%d accept-proxy
              http-request return status 200 content-type text/plain lf-string \
                "%%[src]:%%[src_port] to %%[dst_port]"
            """
                .formatted(haproxyPort));
  }

  @AfterEach
  void stop() {
    nginx.close();
    haproxy.close();
  }

  private String yaml(int port, String protocol, String version, RealServer server) {
    String check = protocol.equals("http") ? "{http: /, interval: 100ms}" : "{tcp: true}";
    return """
    listeners:
      web:
        address: "127.0.0.1:%d"
        protocol: %s
        accept-proxy-protocol: [127.0.0.2]
        pool: app
    pools:
      app: {send-proxy-protocol: %s, health: %s, servers: ["%s"]}
    """
        .formatted(port, protocol, version, check, server.address());
  }

  private static void awaitUp(Balancer balancer, RealServer server) {
    try {
      Launched.await(
          () -> balancer.metric("steelyard_server_up", "server=\"" + server.address()) == 1);
    } catch (AssertionError e) {
      throw new AssertionError(server.address() + " in " + balancer.admin("/v1/pools"), e);
    }
  }

  private static Socket connected(int port) throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), port);
  }

  /** The last line of the answer. */
  private static String asked(Socket client) throws IOException {
    client.setSoTimeout(10_000);
    client
        .getOutputStream()
        .write(
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
    BufferedReader answer =
        new BufferedReader(
            new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
    String last = "";
    for (String line = answer.readLine(); line != null; line = answer.readLine()) {
      last = line;
    }
    return last;
  }

  @ParameterizedTest
  @CsvSource({"http,v1", "http,v2", "tcp,v1", "tcp,v2"})
  void nginx_and_haproxy_behind_are_told_of_the_client(String protocol, String version)
      throws Exception {
    try (Balancer balancer =
        Balancer.run(dir, "epoll", port -> yaml(port, protocol, version, nginx))) {
      for (RealServer server : new RealServer[] {nginx, haproxy}) {
        balancer.configure(port -> yaml(port, protocol, version, server));
        awaitUp(balancer, server);
        try (Socket client = connected(balancer.port())) {
          assertThat(asked(client))
              .isEqualTo("127.0.0.1:%d to %d", client.getLocalPort(), balancer.port());
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"http,send-proxy", "http,send-proxy-v2", "tcp,send-proxy", "tcp,send-proxy-v2"})
  void whom_haproxy_in_front_names_is_named_behind(String protocol, String sends) throws Exception {
    try (Balancer balancer =
        Balancer.run(dir, "epoll", port -> yaml(port, protocol, "v2", nginx))) {
      int frontPort = FreePorts.any();
      String front =
          """
          defaults
            mode tcp
            timeout client 30s
            timeout server 30s
            timeout connect 5s
          listen front
            bind 127.0.0.1:%d
            server balancer 127.0.0.1:%d %s source 127.0.0.2
          """
              .formatted(frontPort, balancer.port(), sends);
      try (RealServer inFront = RealServer.haproxy(dir.resolve(sends), frontPort, front);
          Socket client = connected(inFront.port())) {
        assertThat(asked(client)).isEqualTo("127.0.0.1:%d to %d", client.getLocalPort(), frontPort);
      }
    }
  }

  @Test
  void whom_nginx_in_front_names_is_named_behind() throws Exception {
    try (Balancer balancer =
        Balancer.run(dir, "epoll", port -> yaml(port, "http", "v1", haproxy))) {
      int frontPort = FreePorts.any();
      Path front = Files.createDirectories(dir.resolve("front"));
      String stream =
          """
          server {
            listen 127.0.0.1:%d;
            proxy_pass 127.0.0.1:%d;
            proxy_bind 127.0.0.2;
            proxy_protocol on;
          }
          """
              .formatted(frontPort, balancer.port());
      try (RealServer inFront = RealServer.nginxStream(front, frontPort, stream);
          Socket client = connected(inFront.port())) {
        assertThat(asked(client)).isEqualTo("127.0.0.1:%d to %d", client.getLocalPort(), frontPort);
      }
    }
  }

  @Test
  void a_change_of_the_form_reaches_the_checks() throws Exception {
    try (Balancer balancer =
        Balancer.run(dir, "epoll", port -> yaml(port, "http", "none", haproxy))) {
      assertThat(balancer.metric("steelyard_server_up")).isZero();
      balancer.configure(port -> yaml(port, "http", "v2", haproxy));
      awaitUp(balancer, haproxy);
    }
  }
}
