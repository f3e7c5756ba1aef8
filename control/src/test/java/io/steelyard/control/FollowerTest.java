package io.steelyard.control;

import static io.steelyard.control.FakeSharedSource.edition;
import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.config.ConfigParser;
import io.steelyard.config.OwnSource;
import io.steelyard.control.revision.Revision.State;
import io.steelyard.control.revision.Revisions;
import io.steelyard.control.revision.TextDigest;
import io.steelyard.control.shared.Edition;
import io.steelyard.control.shared.SharedStatus;
import io.steelyard.core.snapshot.Server;
import io.steelyard.testkit.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node makes of what it follows; the source, its pace and the data plane are the test's. */
final class FollowerTest extends ControllerFixture {
  private static final Edition FIRST = edition(1, document("a", "b", "c"));

  @TempDir Path dir;
  private final FakeSharedSource source = new FakeSharedSource(FIRST);
  private Path file;
  private Follower follower;

  static String document(String... servers) {
    StringBuilder text = new StringBuilder("listeners: {web: {address: ':80', pool: app}}\n");
    text.append("pools:\n  app:\n    servers:\n");
    for (int i = 0; i < servers.length; i++) {
      text.append("    - {name: %s, address: '127.0.0.1:%d'}\n".formatted(servers[i], 9001 + i));
    }
    return text.toString();
  }

  @BeforeEach
  void ownFile() throws Exception {
    file = Files.writeString(dir.resolve("own.yaml"), "from: 'etcd://127.0.0.1:1/site'\n");
    follower = follower();
  }

  private Follower follower() throws Exception {
    OwnSource own = OwnSource.at(file);
    return new Follower(
        own, ConfigParser.own(own.read()).orElseThrow(), source, controller, now::get);
  }

  @AfterEach
  void close() {
    follower.close();
  }

  private void followed() throws Exception {
    assertThat(follower.start()).isInstanceOf(Outcome.Applied.class);
    int before = source.steps.get();
    follower.follow(Duration.ofHours(1));
    Eventually.holds("the first look is over", () -> source.steps.get() > before);
  }

  private List<String> served() {
    return dataPlane.published.pools().getFirst().servers().stream().map(Server::name).toList();
  }

  private SharedStatus status() {
    return controller.status().shared().orElseThrow();
  }

  private long publications() {
    return dataPlane.calls.stream().filter(call -> call.startsWith("publish")).count();
  }

  @Test
  void a_newer_edition_is_served_and_told() throws Exception {
    followed();
    assertThat(served()).containsExactly("a", "b", "c");
    Edition next = edition(2, document("a", "b", "d"));
    source.step(next);
    assertThat(served()).containsExactly("a", "b", "d");
    assertThat(status().serving()).contains(next);
    assertThat(source.reports.get("lb1")).contains(next.digest());
  }

  @Test
  void without_its_store_a_node_starts_from_what_was_served_last_and_follows_it_when_it_is_back()
      throws Exception {
    followed();
    source.step(edition(2, document("a", "b", "kept")));
    follower.close();

    source.away(true);
    follower = follower();
    assertThat(follower.start()).isInstanceOf(Outcome.Applied.class);
    assertThat(served()).containsExactly("a", "b", "kept");
    assertThat(status().contact().reachable()).isFalse();
    assertThat(status().contact().away()).contains("the store is away");

    follower.follow(Duration.ofHours(1));
    source.away(false);
    Eventually.holds("it is there again", () -> status().contact().reachable());
    source.step(edition(3, document("a", "b", "new")));
    assertThat(served()).containsExactly("a", "b", "new");
  }

  @Test
  void a_node_starts_from_what_was_served_last_when_what_the_store_says_is_refused()
      throws Exception {
    followed();
    source.step(edition(2, document("a", "b", "kept")));
    follower.close();
    source.now(edition(3, document("kept")));
    follower = follower();
    assertThat(follower.start()).isInstanceOf(Outcome.Applied.class);
    assertThat(served()).containsExactly("a", "b", "kept");
    assertThat(status().why()).singleElement().asString().contains("would lose 2 of its 3");
  }

  @Test
  void an_empty_document_is_refused_unless_it_is_forced() throws Exception {
    followed();
    source.step(edition(2, ""));
    assertThat(status().why()).singleElement().asString().contains("there is no document");
    assertThat(served()).containsExactly("a", "b", "c");
    source.step(edition(3, "", 7));
    assertThat(status().refused()).isEmpty();
    assertThat(dataPlane.published.pools()).isEmpty();
  }

  @Test
  void the_loss_of_more_than_half_is_refused_and_a_force_permits_one() throws Exception {
    followed();
    source.step(edition(2, document("a")));
    assertThat(status().why()).singleElement().asString().contains("would lose 2 of its 3");
    assertThat(served()).containsExactly("a", "b", "c");
    source.step(edition(3, document("a"), 4));
    assertThat(served()).containsExactly("a");
    source.step(edition(4, document("a", "b", "c"), 4));
    source.step(edition(5, document("c"), 4));
    assertThat(served()).as("the same force once more").containsExactly("a", "b", "c");
    source.step(edition(6, document("b", "c")));
    assertThat(served()).as("less than half").containsExactly("b", "c");
    source.step(edition(7, document("b", "c", "d"), 9));
    source.step(edition(8, document("b"), 7));
    assertThat(served()).as("of a store that was set back").containsExactly("b", "c", "d");
    source.step(edition(9, document("b"), 10));
    assertThat(served()).as("a new one").containsExactly("b");
  }

  @Test
  void an_edition_that_says_the_same_costs_nothing() throws Exception {
    followed();
    List<String> before = List.copyOf(dataPlane.calls);
    long revision = controller.status().revision();
    source.step(edition(2, document("a", "b", "c")));
    source.step(edition(3, document("a", "b", "c")));
    assertThat(dataPlane.calls).isEqualTo(before);
    assertThat(controller.status().revision()).isEqualTo(revision);
  }

  @Test
  void what_is_refused_leaves_what_runs_and_a_later_one_is_served() throws Exception {
    followed();
    Edition bad = edition(2, "pools: {app: {balanc: random}}\n");
    source.step(bad);
    assertThat(status().refused()).contains(bad);
    assertThat(status().serving()).contains(FIRST);
    assertThat(String.join("\n", status().why())).contains("did you mean 'balance'");
    assertThat(publications()).isEqualTo(1);
    source.step(edition(3, document("a", "b")));
    assertThat(status().refused()).isEmpty();
    assertThat(served()).containsExactly("a", "b");
  }

  @Test
  void what_cannot_be_bound_is_refused_and_tried_again_when_a_reload_is_asked_for()
      throws Exception {
    followed();
    dataPlane.bindFails = true;
    Edition moved = edition(2, document("a", "b").replace(":80", ":81"));
    source.step(moved);
    assertThat(status().refused()).contains(moved);
    assertThat(served()).containsExactly("a", "b", "c");
    dataPlane.bindFails = false;
    follower.requestReload();
    source.step(moved);
    source.step(moved);
    assertThat(status().serving()).contains(moved);
    assertThat(served()).containsExactly("a", "b");
  }

  @Test
  void changes_that_follow_each_other_closely_are_one_revision() throws Exception {
    followed();
    source.step(
        edition(2, document("a", "b", "x")),
        edition(3, document("a", "y", "x")),
        edition(4, document("a", "y", "z")));
    assertThat(served()).containsExactly("a", "y", "z");
    assertThat(publications()).isEqualTo(2);
  }

  @Test
  void the_history_says_who_refuses_what_was_written_until_it_is_served() throws Exception {
    followed();
    String bad = document("a", "b").replace(":80", ":81");
    Revisions revisions = new Revisions(source.revisions(), now::get);
    revisions.add(new Revisions.Entry("anna", "put", false, State.WRITTEN, bad));
    dataPlane.bindFails = true;
    source.step(edition(2, bad));
    assertThat(outcome(revisions)).startsWith("refused by lb1: ").contains("address in use");
    source.step(edition(2, bad));
    dataPlane.bindFails = false;
    follower.requestReload();
    source.step(edition(2, bad));
    source.step(edition(2, bad));
    assertThat(outcome(revisions)).isEmpty();
  }

  @Test
  void a_node_that_is_started_again_and_serves_it_is_no_more_said_to_refuse_it() throws Exception {
    String next = document("a", "b", "d");
    Revisions revisions = new Revisions(source.revisions(), now::get);
    revisions.add(new Revisions.Entry("anna", "put", false, State.WRITTEN, next));
    revisions.refused(TextDigest.of(next), "lb1", "what its former process said");
    revisions.refused(TextDigest.of(next), "lb2", "");
    source.now(edition(2, next));
    followed();
    Eventually.holds(
        "it is said of the other alone", () -> outcome(revisions).startsWith("refused by lb2: "));
  }

  private static String outcome(Revisions revisions) throws Exception {
    return revisions.find(1).orElseThrow().outcome();
  }
}
