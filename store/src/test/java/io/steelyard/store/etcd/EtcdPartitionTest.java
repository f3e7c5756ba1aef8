package io.steelyard.store.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.steelyard.testkit.Eventually;
import io.steelyard.testkit.netns.Host;
import io.steelyard.testkit.netns.Lab;
import io.steelyard.testkit.netns.Program;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three members on hosts of their own, of which one does not hear the others any more. */
final class EtcdPartitionTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir private Path dir;

  private Lab lab;
  private final List<Host> members = new ArrayList<>();
  private Host node;

  @BeforeEach
  void build() {
    assumeTrue(Lab.impediment().isEmpty(), () -> Lab.impediment().orElseThrow());
    lab = Lab.open();
    for (int i = 1; i <= 3; i++) {
      members.add(lab.host("etcd" + i));
    }
    node = lab.host("node");
    members.forEach(this::etcd);
    for (Host member : members) {
      Eventually.within(
          SOON, member.name() + " answers", () -> curl(url(member, 2379) + "/health"));
    }
  }

  @AfterEach
  void remove() {
    if (lab != null) {
      lab.close();
    }
  }

  private void etcd(Host host) {
    String clients = url(host, 2379);
    String peers = url(host, 2380);
    String cluster =
        members.stream().map(m -> m.name() + "=" + url(m, 2380)).collect(Collectors.joining(","));
    host.start(
        "etcd",
        "--name=" + host.name(),
        "--data-dir=" + dir.resolve(host.name()),
        "--listen-client-urls=" + clients,
        "--advertise-client-urls=" + clients,
        "--listen-peer-urls=" + peers,
        "--initial-advertise-peer-urls=" + peers,
        "--initial-cluster=" + cluster,
        "--unsafe-no-fsync");
  }

  private static String url(Host host, int port) {
    return "http://" + host.address() + ":" + port;
  }

  private boolean curl(String... words) {
    List<String> command = new ArrayList<>(List.of("curl", "-sf", "-m", "3", "-o", "/dev/null"));
    command.addAll(List.of(words));
    return node.succeeds(command.toArray(String[]::new));
  }

  private boolean put(Host member, String value) {
    String body =
        "{\"key\":%s,\"value\":%s}"
            .formatted(
                EtcdJson.bytes("/steelyard/config"),
                EtcdJson.bytes(value.getBytes(StandardCharsets.UTF_8)));
    return curl(url(member, 2379) + "/v3/kv/put", "-d", body);
  }

  /** The member that the client watches first answers it still, and knows nothing new. */
  @Test
  void a_member_that_does_not_hear_the_others_is_left_and_says_nothing_old() {
    Host first = members.getFirst();
    Host second = members.get(1);
    assertThat(put(second, "one")).isTrue();
    String[] urls = members.stream().map(m -> url(m, 2379)).toArray(String[]::new);
    Program client = node.startJava(EtcdShell.class, urls);
    client.awaitLine("config one");

    for (Host other : members.subList(1, 3)) {
      first.deafTo(other);
      other.deafTo(first);
    }
    Eventually.within(SOON, "two of three elect", () -> put(second, "two"));
    Eventually.within(SOON, "it is heard", () -> client.output().contains("config two"));

    members.forEach(Host::heal);
    assertThat(put(second, "three")).isTrue();
    Eventually.within(SOON, "so is the next one", () -> client.output().contains("config three"));
    assertThat(client.output().lines().filter(line -> line.startsWith("config")))
        .containsExactly("config one", "config two", "config three");
  }
}
