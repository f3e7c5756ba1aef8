package io.steelyard.app.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.testkit.FreePorts;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./steelyard doctor}, of a file and of a node that runs alone. */
final class DoctorLauncherTest {
  @TempDir private Path dir;

  @Test
  void a_node_alone_hears_what_would_take_it_down() throws Exception {
    int admin = FreePorts.any();
    Path file =
        Files.writeString(
            dir.resolve("site.yaml"),
            """
            listeners: {web: {address: "127.0.0.1:%d", pool: app}}
            pools: {app: {sticky: {cookie: srv}, servers: ["127.0.0.1:%d"]}}
            admin: {address: "127.0.0.1:%d"}
            """
                .formatted(FreePorts.any(), FreePorts.any(), admin));
    assertFound(Launched.with("doctor", file.toString()));
    try (Launched node = Launched.with("run", "--threads", "1", file.toString())) {
      node.awaitOutput("admin API on");
      assertFound(Launched.with("doctor", "--admin", "http://127.0.0.1:" + admin));
    }
  }

  private static void assertFound(Launched doctor) throws InterruptedException {
    try (doctor) {
      assertThat(doctor.exitCode()).as(doctor.output()).isEqualTo(1);
      assertThat(doctor.output())
          .contains("!! this node serves alone", "cluster: {node: lb1")
          .contains("!! pool app has one server, 127.0.0.1:")
          .contains("!  pool app has no health checks")
          .contains("!  cookies of pool app are signed with a key that each process makes")
          .contains("2 single points of failure, 2 risks");
    }
  }

  @Test
  void a_good_file_is_called_good() throws Exception {
    Files.writeString(dir.resolve("cluster.key"), "0123456789abcdef0123456789abcdef\n");
    Path file =
        Files.writeString(
            dir.resolve("site.yaml"),
            """
            listeners: {web: {address: ":8080", pool: app}}
            pools: {app: {health: {http: /}, servers: ["10.0.0.21:80", "10.0.0.22:80"]}}
            cluster: {node: lb1, bind: "10.0.0.11:7701", peers: ["10.0.0.12:7701"], key: cluster.key}
            """);
    try (Launched doctor = Launched.with("doctor", "--json", file.toString())) {
      assertThat(doctor.exitCode()).as(doctor.output()).isZero();
      assertThat(doctor.output())
          .contains("\"single_points_of_failure\":0", "\"risks\":1", "\"rule\":\"no-vip\"");
    }
  }
}
