package io.steelyard.app.ha;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.steelyard.app.launcher.Launched;
import io.steelyard.testkit.Eventually;
import io.steelyard.testkit.netns.Host;
import io.steelyard.testkit.netns.Lab;
import io.steelyard.testkit.netns.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes with one virtual address, and a real etcd on a third host that says who may own it. */
final class StoreQuorumLauncherTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path dir;

  @Test
  void an_address_has_never_two_owners_and_none_without_the_store() throws Exception {
    assumeTrue(Lab.impediment().isEmpty(), () -> Lab.impediment().orElseThrow());
    try (Lab lab = Lab.open()) {
      Host store = lab.host("store");
      Host first = lab.host("lb1");
      Host second = lab.host("lb2");
      startEtcd(store);
      Owners owners = new Owners(Site.ADDRESS, List.of(first, second));
      start(first, store).awaitLine("admin API on");
      owned(owners, Set.of(first));
      start(second, store).awaitLine("admin API on");
      long startNs = System.nanoTime();

      first.cutOff();
      owned(owners, Set.of(second));
      first.heal();
      store.cutOff();
      owned(owners, Set.of());
      store.heal();
      Eventually.within(PATIENCE, "one owns it again", () -> owners.now().size() == 1);

      Owners.Course course = owners.since(startNs);
      assertThat(course.most()).as("owners at a time").isEqualTo(1);
      assertThat(course.takings()).as(course.toString()).isEqualTo(2);
    }
  }

  private static void owned(Owners owners, Set<Host> by) {
    Eventually.within(PATIENCE, "owned by " + by, () -> owners.now().equals(by));
  }

  private void startEtcd(Host store) {
    store.start(
        "etcd",
        "--data-dir=" + dir.resolve("etcd"),
        "--listen-client-urls=http://0.0.0.0:2379",
        "--advertise-client-urls=http://" + store.address() + ":2379",
        "--unsafe-no-fsync");
    String site =
        """
        listeners: {web: {address: ":8080", pool: app}}
        pools: {app: {servers: ["%s:2379"]}}
        """
            .formatted(store.address());
    Eventually.within(
        PATIENCE, "etcd takes it", () -> store.succeeds("etcdctl", "put", "/lb/config", site));
  }

  private Program start(Host host, Host store) throws IOException {
    Path file =
        Files.writeString(
            dir.resolve(host.name() + ".yaml"),
            """
            from: etcd://%s:2379/lb
            admin: {address: "127.0.0.1:7700"}
            cluster:
              node: %s
              quorum: store
              vips:
                - {address: %s/24, interface: eth0, router-id: 51, prefer: [lb1, lb2]}
            """
                .formatted(store.address(), host.name(), Site.ADDRESS));
    ProcessBuilder settings = new ProcessBuilder();
    settings.environment().putAll(Map.of("STEELYARD_BUILT", "yes"));
    return host.start(
        settings, Launched.LAUNCHER.toString(), "run", "--threads", "1", file.toString());
  }
}
