package io.steelyard.app.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.app.launcher.Launched;
import io.steelyard.app.launcher.Web;
import io.steelyard.testkit.FreePorts;
import io.steelyard.testkit.RealServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an operator ends of sessions in a store, on a node that has heard of none of them. */
final class StoreClearsLauncherTest {
  private static final int SESSIONS = 20;

  @TempDir Path dir;

  private final List<NamedServer> servers = new ArrayList<>();
  private final List<Balancer> nodes = new ArrayList<>();

  private record Balancer(int port, int adminPort, Launched process) {
    String admin(String path) {
      try {
        return Web.get("http://127.0.0.1:" + adminPort + path);
      } catch (UncheckedIOException e) {
        return "";
      }
    }
  }

  @BeforeEach
  void startServers() throws IOException {
    for (String name : List.of("a", "b")) {
      servers.add(new NamedServer(name));
    }
  }

  @AfterEach
  void stopAll() {
    nodes.forEach(node -> node.process().close());
    servers.forEach(NamedServer::close);
  }

  private Balancer start(String store) throws IOException {
    int port = FreePorts.any();
    int adminPort = FreePorts.any();
    StringBuilder members = new StringBuilder();
    for (NamedServer s : servers) {
      members.append(
          "      - {name: %s, address: \"127.0.0.1:%d\"}\n".formatted(s.name(), s.port()));
    }
    Files.writeString(dir.resolve("key"), "0123456789abcdef".repeat(4));
    Path file = dir.resolve(port + ".yaml");
    Files.writeString(
        file,
        """
        listeners: {web: {address: "127.0.0.1:%d", access-log: none, pool: app}}
        pools:
          app:
            sticky: {header: X-User}
            servers:
        %s
        state: {share: "%s", lookup-timeout: 1s}
        cluster: {node: n%d, key: key}
        admin: {address: "127.0.0.1:%d"}
        """
            .formatted(port, members, store, port, adminPort));
    Balancer node = new Balancer(port, adminPort, Launched.with("run", file.toString()));
    nodes.add(node);
    Launched.await(() -> node.admin("/v1/cluster").contains("\"state\":\"in step\""));
    return node;
  }

  private static String visit(int number, Balancer node) throws IOException {
    String home = new Session(number).visit(node.port());
    assertThat(home).hasSize(1);
    return home;
  }

  @ParameterizedTest
  @EnumSource(StoreKind.class)
  void sessions_that_are_cleared_on_a_node_that_has_not_heard_of_them_are_gone_on_all(
      StoreKind kind) throws Exception {
    try (RealServer server = kind.start(dir.resolve("store"))) {
      String scheme = kind == StoreKind.REDIS ? "redis" : "memcached";
      String store = "%s://127.0.0.1:%d".formatted(scheme, server.port());
      Balancer first = start(store);
      int atA = 0;
      for (int i = 0; i < SESSIONS; i++) {
        atA += visit(i, first).equals("a") ? 1 : 0;
      }
      Balancer second = start(store);
      assertThat(second.admin("/v1/sessions")).contains("\"sessions\":0");
      String said =
          Launched.standardOutput(
              Map.of(),
              "sessions",
              "app/b",
              "--clear",
              "--admin",
              "http://127.0.0.1:" + second.adminPort());
      assertThat(said).contains("sessions");
      String left = "\"sessions\":" + atA + ",";
      Launched.await(() -> first.admin("/v1/sessions").contains(left));
      Balancer third = start(store);
      for (int i = 0; i < SESSIONS; i++) {
        visit(i, third);
      }
      assertThat(third.admin("/metrics"))
          .contains("steelyard_sticky_total{pool=\"app\",result=\"kept\"} " + atA)
          .contains("steelyard_sticky_total{pool=\"app\",result=\"new\"} " + (SESSIONS - atA));
    }
  }
}
