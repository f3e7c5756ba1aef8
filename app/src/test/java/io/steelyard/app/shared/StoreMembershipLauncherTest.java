package io.steelyard.app.shared;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.testkit.Eventually;
import io.steelyard.testkit.FreePorts;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes without {@code peers} that find each other by the store that they follow. */
final class StoreMembershipLauncherTest {
  @TempDir private Path dir;

  @Test
  void two_nodes_of_one_store_hear_each_other_and_notice_when_one_is_gone() throws Exception {
    int beats = FreePorts.any();
    try (Site site = new Site(dir)) {
      site.file("cluster.key", "0123456789abcdef0123456789abcdef\n");
      site.put("config", site.document("{servers: ['" + site.server("one") + "']}"));
      site.start(2, i -> ", bind: '127.0.0.%d:%d', key: cluster.key".formatted(i, beats));
      Eventually.holds("lb1 hears lb2", () -> hears(site, 1, "127.0.0.2:" + beats));
      Eventually.holds("lb2 hears lb1", () -> hears(site, 2, "127.0.0.1:" + beats));
      assertThat(site.cluster(1)).contains("\"nodes_configured\":2");
      Eventually.holds("all is well", () -> site.cluster(1).contains("\"troubles\":[]"));
      site.etcd().kill(0);
      site.node(2).signal("KILL");
      Eventually.holds(
          "lb2 is lost, and not forgotten",
          () -> site.cluster(1).contains("\"presence\":\"lost\""));
      assertThat(site.cluster(1)).contains("\"nodes_configured\":2");
    }
  }

  private static boolean hears(Site site, int node, String address) {
    return site.cluster(node).contains("\"" + address + "\",\"presence\":\"heard\"");
  }
}
