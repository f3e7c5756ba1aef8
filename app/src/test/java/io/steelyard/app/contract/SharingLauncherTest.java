package io.steelyard.app.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.app.launcher.Launched;
import io.steelyard.app.launcher.Web;
import io.steelyard.testkit.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two balancers that share what they know directly, as their operators see them. */
final class SharingLauncherTest {
  private static final String KEY = "0123456789abcdef".repeat(4);

  @TempDir Path dir;

  private final List<NamedServer> servers = new ArrayList<>();
  private final List<Launched> nodes = new ArrayList<>();
  private final List<Integer> ports = new ArrayList<>();
  private final List<Integer> adminPorts = new ArrayList<>();
  private final List<Integer> peerPorts = new ArrayList<>();

  @BeforeEach
  void choosePorts() throws IOException {
    for (String name : List.of("a", "b", "c")) {
      servers.add(new NamedServer(name));
    }
    for (int i = 0; i < 2; i++) {
      ports.add(FreePorts.any());
      adminPorts.add(FreePorts.any());
      peerPorts.add(FreePorts.any());
    }
  }

  @AfterEach
  void stopAll() {
    nodes.forEach(Launched::close);
    servers.forEach(NamedServer::close);
  }

  private String configuration(int index, String sticky) {
    StringBuilder members = new StringBuilder();
    for (NamedServer s : servers) {
      members.append(
          "      - {name: %s, address: \"127.0.0.1:%d\"}\n".formatted(s.name(), s.port()));
    }
    return """
    listeners: {web: {address: "127.0.0.1:%d", access-log: none, pool: app}}
    pools:
      app:
        sticky: %s
        servers:
    %s
    state: {share: peers}
    cluster:
      node: n%d
      bind: "127.0.0.1:%d"
      peers: ["127.0.0.1:%d", "127.0.0.1:%d"]
      key: key%d
    admin: {address: "127.0.0.1:%d"}
    """
        .formatted(
            ports.get(index),
            sticky,
            members,
            index,
            peerPorts.get(index),
            peerPorts.get(0),
            peerPorts.get(1),
            index,
            adminPorts.get(index));
  }

  private void start(int index, String sticky) throws IOException {
    start(index, sticky, KEY);
  }

  private void start(int index, String sticky, String key) throws IOException {
    Files.writeString(dir.resolve("key" + index), key);
    Path file = dir.resolve("n" + index + ".yaml");
    Files.writeString(file, configuration(index, sticky));
    nodes.add(Launched.with("run", file.toString()));
    Launched.await(() -> admin(index, "/readyz").startsWith("200 "));
  }

  private void startBoth(String sticky) throws IOException {
    start(0, sticky);
    start(1, sticky);
    Launched.await(() -> inStep(0) && inStep(1));
  }

  private boolean inStep(int index) {
    return admin(index, "/v1/cluster").contains("\"state\":\"in step\"");
  }

  private String admin(int index, String path) {
    try {
      return Web.get("http://127.0.0.1:" + adminPorts.get(index) + path);
    } catch (UncheckedIOException e) {
      return "";
    }
  }

  private String steelyard(int index, String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--admin", "http://127.0.0.1:" + adminPorts.get(index)));
    return Launched.standardOutput(Map.of(), all.toArray(String[]::new));
  }

  private boolean drains(int index, String server) {
    return admin(index, "/v1/pools/app/servers/" + server).contains("\"wish\":\"drain\"");
  }

  @Test
  void what_an_operator_wants_on_one_node_holds_on_all_also_on_those_that_come_later()
      throws Exception {
    start(0, "{header: X-User}");
    steelyard(0, "drain", "app/b");
    start(1, "{header: X-User}");
    Launched.await(() -> drains(1, "b"));
    steelyard(1, "serve", "app/b");
    Launched.await(() -> !drains(0, "b"));
  }

  @Test
  void a_node_that_misses_another_says_degraded_wherever_it_is_asked() throws Exception {
    start(0, "{header: X-User}");
    String other = "127.0.0.1:" + peerPorts.get(1);
    assertThat(admin(0, "/readyz")).startsWith("200 ready, but degraded").contains(other);
    assertThat(steelyard(0, "cluster")).contains("degraded").contains(other);
    assertThat(admin(0, "/v1/status")).contains("\"cluster\":\"degraded\"");
    assertThat(admin(0, "/metrics")).contains("steelyard_share_degraded 1");
    start(1, "{header: X-User}");
    Launched.await(() -> inStep(0) && inStep(1));
    assertThat(admin(0, "/readyz")).isEqualToIgnoringWhitespace("200 ready");
    assertThat(steelyard(0, "cluster")).contains("in step").contains("n1");
    nodes.get(1).signal("KILL");
    Launched.await(() -> !inStep(0));
  }

  @Test
  void a_node_with_another_key_is_not_let_in() throws Exception {
    start(0, "{header: X-User}");
    start(1, "{header: X-User}", KEY.replace('0', '9'));
    Session session = new Session(1);
    String home = session.visit(ports.get(0));
    assertThat(home).hasSize(1);
    assertThat(admin(0, "/v1/cluster")).contains("\"peers\":[]");
    assertThat(admin(1, "/v1/sessions")).contains("\"sessions\":0");
    assertThat(nodes.get(0).output() + nodes.get(1).output()).doesNotContain(KEY);
  }

  @Test
  void sessions_that_are_cleared_on_one_node_are_gone_on_all() throws Exception {
    startBoth("{header: X-User}");
    for (int i = 0; i < 20; i++) {
      assertThat(new Session(i).visit(ports.get(0))).hasSize(1);
    }
    Launched.await(() -> admin(1, "/v1/sessions").contains("\"sessions\":20"));
    assertThat(steelyard(0, "sessions", "app", "--clear")).contains("20 sessions");
    Launched.await(() -> admin(1, "/v1/sessions").contains("\"sessions\":0"));
    Session again = new Session(3);
    String home = again.visit(ports.get(1));
    Launched.await(() -> admin(0, "/v1/sessions").contains("\"sessions\":1"));
    assertThat(again.visit(ports.get(0))).isEqualTo(home);
  }

  @Test
  void a_new_key_for_all_leaves_what_was_signed_before_good() throws Exception {
    startBoth("{cookie: srv}");
    Session old = new Session(1);
    String home = old.visit(ports.get(0));
    assertThat(steelyard(1, "cluster", "--rotate-keys")).contains("new key");
    Launched.await(
        () -> nodes.stream().allMatch(node -> node.output().contains("session keys: 1")));
    for (int i = 0; i < 10; i++) {
      assertThat(old.visit(ports.get(i % 2))).isEqualTo(home);
    }
    // Signed with the new one once it signs: each of the two understands what the other has signed.
    for (int i = 0; i < 20; i++) {
      Session fresh = new Session(i);
      String at = fresh.visit(ports.get(i % 2));
      assertThat(fresh.visit(ports.get(1 - i % 2))).isEqualTo(at);
    }
    assertThat(admin(0, "/metrics") + admin(1, "/metrics")).doesNotContain("result=\"forged\"} 1");
  }

  @Test
  void counts_are_summed_over_the_nodes() throws Exception {
    startBoth("{header: X-User}");
    for (int i = 0; i < 10; i++) {
      new Session(i).visit(ports.get(i % 2));
    }
    Launched.await(() ->
        admin(0, "/v1/cluster").contains("\"requests\":10")
            && admin(1, "/v1/cluster").contains("\"requests\":10"));
  }

  @Test
  void a_process_that_takes_over_shares_what_the_one_before_did() throws Exception {
    startBoth("{header: X-User}");
    Launched first = nodes.getFirst();
    steelyard(0, "drain", "app/b");
    Launched.await(() -> drains(1, "b"));
    List<String> homes = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      homes.add(new Session(i).visit(ports.get(0)));
    }
    Path file = dir.resolve("n0.yaml");
    String good = Files.readString(file);
    // The new process fails: the old one takes the port for other nodes once more.
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String other = "{address: \"127.0.0.1:%d\", pool: app}".formatted(taken.getLocalPort());
      Files.writeString(file, good.replace("listeners: {", "listeners: {other: " + other + ", "));
      nodes.add(Launched.with("run", "--take-over", file.toString()));
      assertThat(nodes.getLast().exitCode()).isEqualTo(1);
      first.awaitOutput("nobody has taken over");
      Files.writeString(file, good);
      Launched.await(() -> inStep(0) && inStep(1));
    }

    nodes.add(Launched.with("run", "--take-over", file.toString()));
    nodes.getLast().awaitOutput("took over: 1 listening addresses");
    assertThat(first.exitCode()).isZero();
    Launched.await(() -> inStep(0) && inStep(1));
    assertThat(drains(0, "b")).isTrue();
    for (int i = 0; i < 20; i++) {
      assertThat(new Session(i).visit(ports.get(i % 2))).isEqualTo(homes.get(i));
    }
    String later = new Session(20).visit(ports.get(1));
    Launched.await(() -> admin(0, "/v1/sessions").contains("\"sessions\":21"));
    assertThat(new Session(20).visit(ports.get(0))).isEqualTo(later);
  }
}
