package io.steelyard.app.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.config.ConfigParser;
import io.steelyard.config.ConfigText;
import io.steelyard.config.FromConfig;
import io.steelyard.store.Layout;
import io.steelyard.store.Stores;
import io.steelyard.store.tree.KeyStore;
import io.steelyard.testkit.Etcd;
import io.steelyard.testkit.Eventually;
import io.steelyard.testkit.ZooKeeper;
import io.steelyard.testkit.consul.FakeConsul;
import io.steelyard.testkit.consul.FakeConsulOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes that want one name of one store: real ones, and a fake of Consul. */
final class StoreLeasesTest {
  private static final Duration LEASE = Duration.ofSeconds(2);

  /** Longer than what a store on a crowded machine takes to elect. */
  private static final Duration LONG = Duration.ofSeconds(8);

  private static final Duration GUARD = Duration.ofMillis(300);
  private static final Duration CALL = Duration.ofMillis(340);
  private static final String NAME = "51/192.0.2.1";

  @TempDir private Path dir;

  /** What can befall a store. */
  private interface Fate {
    void happen() throws Exception;
  }

  @Test
  void one_holds_it_and_etcd_lets_the_other_one_have_it_when_the_lease_is_over() throws Exception {
    try (Etcd etcd = Etcd.start(dir.resolve("etcd"), 1)) {
      FromConfig.Store from = from("etcd://" + etcd.endpoints() + "/lb");
      succeed(from);
      outlive(from, () -> etcd.kill(0), () -> etcd.restart(0));
    }
  }

  @Test
  void one_holds_it_and_zookeeper_lets_the_other_one_have_it_when_the_lease_is_over()
      throws Exception {
    try (ZooKeeper zookeeper = ZooKeeper.start(dir.resolve("zookeeper"), 1)) {
      FromConfig.Store from = from("zookeeper://" + zookeeper.endpoints() + "/lb");
      succeed(from);
      outlive(from, () -> zookeeper.kill(0), () -> zookeeper.restart(0));
    }
  }

  @Test
  void one_holds_it_and_consul_lets_the_other_one_have_it_when_the_lease_is_over()
      throws Exception {
    try (FakeConsul consul = FakeConsul.start(FakeConsulOptions.DEFAULT)) {
      FromConfig.Store from = from(consul.url().replace("http:", "consul:") + "/lb");
      succeed(from);
      outlive(from, () -> consul.leader(false), () -> consul.leader(true));
    }
  }

  /** The majority of etcd is what counts: one member of three may fail, whichever it is. */
  @Test
  void the_holder_stays_while_one_member_of_etcd_after_the_other_is_away() throws Exception {
    try (Etcd etcd = Etcd.start(dir.resolve("etcd"), 3)) {
      FromConfig.Store from = from("etcd://" + etcd.endpoints() + "/lb");
      try (StoreLeases first = leases("lb1", () -> store(from), LONG)) {
        free(from);
        first.wants(Set.of(NAME));
        Eventually.holds("it is held", () -> holds(first));
        for (int member = 0; member < 3; member++) {
          etcd.kill(member);
          long seen = first.counts().get("renewed");
          Eventually.holds("renewed", () -> first.counts().get("renewed") > seen + 2);
          etcd.restart(member);
        }
        assertThat(first.counts()).containsEntry("lost", 0L);
      }
    }
  }

  /** Its client would wait for the member longer than the lease lasts. */
  @Test
  void the_holder_stays_while_its_member_of_zookeeper_stands_still() throws Exception {
    try (ZooKeeper zookeeper = ZooKeeper.start(dir.resolve("zookeeper"), 3)) {
      FromConfig.Store from = from("zookeeper://" + zookeeper.endpoints() + "/lb");
      try (StoreLeases first = leases("lb1", () -> store(from), LONG)) {
        free(from);
        first.wants(Set.of(NAME));
        Eventually.holds("it is held", () -> holds(first));
        for (int member = 0; member < 3; member++) {
          zookeeper.signal(member, "STOP");
          long seen = first.counts().get("renewed");
          Eventually.holds("renewed", () -> first.counts().get("renewed") > seen + 2);
          zookeeper.signal(member, "CONT");
          zookeeper.awaitMember(member);
        }
        assertThat(first.counts()).containsEntry("lost", 0L);
      }
    }
  }

  private static FromConfig.Store from(String url) throws Exception {
    return (FromConfig.Store)
        ConfigParser.own(List.of(ConfigText.piece("own.yaml", "from: " + url + "\n")))
            .orElseThrow()
            .from();
  }

  private static KeyStore store(FromConfig.Store from) {
    return Stores.open(from, Layout.VIPS, CALL);
  }

  /** Nobody has to wait for a lease that nobody had. */
  private static void free(FromConfig.Store from) throws Exception {
    try (KeyStore writing = store(from)) {
      String free = "holder=lb3 life=1 count=1 lease-ms=1000 state=free";
      assertThat(writing.write("51%2F192.0.2.1", free, 0)).isTrue();
    }
  }

  private static StoreLeases leases(String node, Supplier<KeyStore> store, Duration lease) {
    StoreLeases leases = new StoreLeases(node, store, lease, GUARD);
    leases.start();
    return leases;
  }

  private static boolean holds(StoreLeases leases) {
    return leases.untilNs().containsKey(NAME);
  }

  /** A holder that does not reach the store any more, as one that is cut off, or has ended. */
  private static void succeed(FromConfig.Store from) throws Exception {
    AtomicBoolean cut = new AtomicBoolean();
    try (StoreLeases first = leases("lb1", () -> new CutStore(store(from), cut), LEASE)) {
      first.wants(Set.of(NAME));
      Eventually.holds("the first one holds it", () -> holds(first));
      try (StoreLeases second = leases("lb2", () -> store(from), LEASE)) {
        second.wants(Set.of(NAME));
        Eventually.holds(
            "it is renewed, and the other one has seen it",
            () -> first.counts().get("renewed") > 3 && second.trouble().isEmpty());
        assertThat(holds(second)).isFalse();
        cut.set(true);
        long untilNs = first.untilNs().get(NAME);
        Eventually.holds("the second one holds it", () -> holds(second));
        assertThat(System.nanoTime() - untilNs).as("later than the first one").isPositive();
        assertThat(first.untilNs()).isEmpty();
        assertThat(first.trouble()).startsWith("leases of virtual addresses cannot be read: ");
        first.wants(Set.of());
        second.wants(Set.of());
        Eventually.holds("it is given up", () -> second.counts().get("taken") > 0 && isFree(from));
      }
      cut.set(false);
      Eventually.holds("the store is there again", () -> first.trouble().isEmpty());
      first.wants(Set.of(NAME));
      Eventually.holds("the first one has it again", () -> holds(first));
    }
  }

  private static boolean isFree(FromConfig.Store from) throws Exception {
    try (KeyStore reading = store(from)) {
      return reading.read().value("51%2F192.0.2.1").orElse("").contains("state=free");
    }
  }

  private static void outlive(FromConfig.Store from, Fate away, Fate back) throws Exception {
    try (StoreLeases first = leases("lb1", () -> store(from), LEASE);
        StoreLeases second = leases("lb2", () -> store(from), LEASE)) {
      first.wants(Set.of(NAME));
      second.wants(Set.of(NAME));
      Eventually.holds("one holds it", () -> holds(first) || holds(second));
      away.happen();
      Eventually.holds("none holds it", () -> !holds(first) && !holds(second));
      Eventually.holds(
          "both say why", () -> !first.trouble().isEmpty() && !second.trouble().isEmpty());
      back.happen();
      Eventually.holds("one holds it", () -> holds(first) || holds(second));
      assertThat(holds(first) && holds(second)).isFalse();
      Eventually.holds(
          "all is well", () -> first.trouble().isEmpty() && second.trouble().isEmpty());
    }
  }

  @Test
  void a_process_that_takes_over_from_another_one_of_its_node_has_it_at_once() throws Exception {
    try (Etcd etcd = Etcd.start(dir.resolve("etcd"), 1)) {
      FromConfig.Store from = from("etcd://" + etcd.endpoints() + "/lb");
      try (StoreLeases before = leases("lb1", () -> store(from), Duration.ofSeconds(20));
          StoreLeases after = leases("lb1", () -> store(from), Duration.ofSeconds(20))) {
        free(from);
        before.wants(Set.of(NAME));
        Eventually.holds("it is held", () -> holds(before));
        after.wants(Set.of(NAME));
        before.handOver();
        assertThat(before.untilNs()).isEmpty();
        Eventually.within(Duration.ofSeconds(5), "it is taken over", () -> holds(after));
      }
    }
  }

  @Test
  void names_of_others_are_left_alone() throws Exception {
    try (FakeConsul consul = FakeConsul.start(FakeConsulOptions.DEFAULT)) {
      FromConfig.Store from = from(consul.url().replace("http:", "consul:") + "/lb");
      try (StoreLeases leases = leases("lb1", () -> store(from), LEASE);
          KeyStore writing = store(from)) {
        assertThat(writing.write("52%2F192.0.2.9", "hands off", 0)).isTrue();
        leases.wants(Set.of(NAME));
        Eventually.holds("it is held", () -> holds(leases));
        assertThat(leases.untilNs().keySet()).isEqualTo(Set.of(NAME));
        assertThat(writing.read().value("52%2F192.0.2.9")).contains("hands off");
        assertThat(leases.counts()).containsAllEntriesOf(Map.of("taken", 1L, "lost", 0L));
      }
    }
  }
}
