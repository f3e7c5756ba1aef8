package io.steelyard.control;

import static io.steelyard.control.Configs.config;
import static io.steelyard.control.Configs.listener;
import static io.steelyard.control.Configs.pool;
import static io.steelyard.control.Configs.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.cluster.Clearing;
import io.steelyard.cluster.ShareStatus;
import io.steelyard.config.Address;
import io.steelyard.config.ClusterConfig;
import io.steelyard.config.Config;
import io.steelyard.control.AdminSocket.Move;
import io.steelyard.control.discovery.source.Sources;
import io.steelyard.core.health.Wish;
import io.steelyard.core.server.ServerId;
import io.steelyard.core.session.Keyring;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the control plane asks of the port through which things are shared. */
final class ControllerSharingTest {
  private static final ServerId A = new ServerId("app", "a");

  private final FakeDataPlane dataPlane = new FakeDataPlane();
  private final FakeSharing sharing = new FakeSharing();
  private final Controller controller =
      new Controller(
          new NodeInfo("1", "lb1"),
          dataPlane,
          AdminSocket.NONE,
          sharing,
          new Events(InstantSource.system(), 100),
          InstantSource.system(),
          new SplittableRandom(1));

  @AfterEach
  void close() {
    controller.close();
  }

  private static final class FakeSharing implements Sharing {
    final List<String> calls = new ArrayList<>();
    volatile boolean fails;
    volatile Optional<InetSocketAddress> bound = Optional.empty();
    volatile ShareStatus status = ShareStatus.NONE;

    @Override
    public Optional<Keyring> keys(Config of) {
      return Optional.empty();
    }

    @Override
    public Move open(Config next, Optional<InetSocketAddress> bind) throws IOException {
      if (fails) {
        throw new IOException("peers: 127.0.0.1:7701 is taken");
      }
      bound = bind;
      calls.add("open");
      return new Move() {
        @Override
        public void make() {
          calls.add("make");
        }

        @Override
        public void undo() {
          calls.add("undo");
        }
      };
    }

    @Override
    public ShareStatus status() {
      return status;
    }

    @Override
    public void wish(ServerId of, Wish wish) {
      calls.add("wish " + of.server() + " " + wish);
    }

    @Override
    public void cleared(Clearing clearing) {
      calls.add("cleared " + clearing.name() + " " + clearing.stamp());
    }

    @Override
    public Rotation rotateKeys() {
      return Rotation.NOT_SHARED;
    }
  }

  private static Config web(int port) {
    return config(List.of(listener("web", port, "app")), pool("app", server("a", 9001)));
  }

  /** Sessions that begin after that, while others are being told, go on. */
  @Test
  void others_are_told_of_the_moment_before_sessions_were_forgotten() {
    controller.forgetSessions(new Sessions.Selection(Optional.of("app"), Optional.of("a")));
    controller.forgetSessions(new Sessions.Selection(Optional.of("app"), Optional.empty()));
    controller.forgetSessions(new Sessions.Selection(Optional.empty(), Optional.empty()));
    assertThat(dataPlane.calls)
        .containsExactly("stamp", "forget", "stamp", "forget", "stamp", "forget");
    assertThat(sharing.calls)
        .containsExactly("cleared clear/app/a 7", "cleared clear/app 7", "cleared clear 7");
  }

  private static Config named(String node) {
    Config alone = web(80);
    ClusterConfig cluster = new ClusterConfig(node, Optional.empty(), List.of(), Optional.empty());
    return new Config(
        alone.zone(),
        alone.listeners(),
        alone.pools(),
        alone.admin(),
        alone.state(),
        cluster,
        alone.files());
  }

  /** Its status, and its report in a store, bore the name of its host. */
  @Test
  void a_node_is_called_as_its_configuration_says_and_else_as_its_host() {
    assertThat(controller.nodeName()).isEqualTo("lb1");
    controller.apply(named("left"));
    assertThat(controller.status().node()).isEqualTo("left");
    assertThat(controller.nodeName()).isEqualTo("left");
    controller.apply(web(80));
    assertThat(controller.status().node()).isEqualTo("lb1");
  }

  private static ShareStatus syncing(boolean syncing) {
    return new ShareStatus(
        "lb1",
        "peers",
        Optional.of("behind"),
        syncing,
        List.of(),
        0,
        0,
        0,
        0,
        0,
        Duration.ZERO,
        Map.of());
  }

  @Test
  void what_is_shared_follows_a_configuration_that_is_served() {
    assertThat(controller.apply(web(80))).isInstanceOf(Outcome.Applied.class);
    assertThat(sharing.calls).containsExactly("open", "make");
  }

  @Test
  void a_configuration_that_cannot_be_bound_leaves_what_is_shared_as_it_is() {
    dataPlane.bindFails = true;
    assertThat(controller.apply(web(80))).isInstanceOf(Outcome.Refused.class);
    assertThat(sharing.calls).containsExactly("open", "undo");
  }

  @Test
  void a_configuration_whose_sharing_cannot_be_opened_changes_nothing() {
    sharing.fails = true;
    assertThat(controller.apply(web(80))).isInstanceOf(Outcome.Refused.class);
    assertThat(dataPlane.calls).isEmpty();
  }

  private static Config boundTo(String host) {
    Config alone = web(80);
    ClusterConfig cluster =
        new ClusterConfig(
            "", Optional.of(new Address.Tcp(host, 7701)), List.of(), Optional.empty());
    return new Config(
        alone.zone(),
        alone.listeners(),
        alone.pools(),
        alone.admin(),
        alone.state(),
        cluster,
        alone.files());
  }

  /** It was looked up while a configuration changed, for as long as the name server took. */
  @Test
  void where_it_listens_for_others_is_looked_up_beforehand_and_for_a_limited_time() {
    InetSocketAddress found = new InetSocketAddress(InetAddress.getLoopbackAddress(), 7701);
    CompletableFuture<SocketAddress> never = new CompletableFuture<>();
    Lookup lookup =
        new Lookup(
            address -> address.toString().startsWith("slow") ? never.join() : found,
            Duration.ofMillis(200));
    try (Controller bounded =
        new Controller(
            new NodeInfo("1", "lb1"),
            dataPlane,
            AdminSocket.NONE,
            sharing,
            new Events(InstantSource.system(), 100),
            InstantSource.system(),
            new SplittableRandom(1),
            lookup,
            Sources::open)) {
      bounded.apply(boundTo("quick.example"));
      assertThat(sharing.bound).contains(found);
      bounded.apply(boundTo("slow.example"));
      assertThat(sharing.bound).isEmpty();
    }
  }

  @Test
  void it_is_not_ready_while_others_tell_what_they_know_and_then_for_good() {
    controller.apply(web(80));
    sharing.status = syncing(true);
    assertThat(controller.ready()).isFalse();
    sharing.status = syncing(false);
    assertThat(controller.ready()).isTrue();
    sharing.status = syncing(true);
    assertThat(controller.ready()).isTrue();
    assertThat(controller.status().share().trouble()).contains("behind");
  }

  @Test
  void an_operators_wish_is_told_and_what_others_tell_is_not_told_again() {
    controller.apply(web(80));
    controller.change(A, ServerChange.wish(Wish.DRAIN));
    assertThat(sharing.calls).contains("wish a DRAIN");
    sharing.calls.clear();
    controller.wished(A, Wish.SERVE);
    controller.wished(new ServerId("app", "nobody"), Wish.DRAIN);
    assertThat(sharing.calls).isEmpty();
    assertThat(
            dataPlane.published.pools().getFirst().servers().getFirst().state().standing().wish())
        .isEqualTo(Wish.SERVE);
  }

  @Test
  void serving_again_changes_nothing_that_operators_see() {
    controller.serveAgain();
    assertThat(dataPlane.calls).isEmpty();
    controller.apply(web(80));
    controller.refuse(List.of("a mistake"));
    controller.serveAgain();
    assertThat(dataPlane.published.revision()).isEqualTo(1);
    assertThat(controller.status().lastReload().orElseThrow().successful()).isFalse();
  }
}
