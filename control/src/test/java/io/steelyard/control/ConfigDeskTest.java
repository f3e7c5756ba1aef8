package io.steelyard.control;

import static io.steelyard.control.FakeSharedSource.edition;
import static io.steelyard.control.FollowerTest.document;
import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.config.ConfigParser;
import io.steelyard.config.ConfigText;
import io.steelyard.config.OwnSource;
import io.steelyard.control.ConfigDesk.Answer;
import io.steelyard.control.ConfigDesk.Request;
import io.steelyard.control.ConfigDesk.Trial;
import io.steelyard.control.canary.Canary;
import io.steelyard.control.revision.Revision;
import io.steelyard.control.revision.Revision.State;
import io.steelyard.control.revision.Revisions;
import io.steelyard.control.revision.TextDigest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A document is planned, written, refused, tried and taken back; nobody follows it. */
final class ConfigDeskTest {
  private static final String ONE = document("a", "b", "c");
  private static final String TWO = document("a", "b", "d");
  private static final InstantSource CLOCK = InstantSource.fixed(Instant.EPOCH);

  @TempDir Path dir;
  private final FakeSharedSource source = new FakeSharedSource(edition(0, ""));
  private Path file;
  private SharedParser parser;
  private ConfigDesk desk;

  @BeforeEach
  void documentOne() throws Exception {
    file = Files.writeString(dir.resolve("own.yaml"), "from: 'etcd://127.0.0.1:1/site'\n");
    OwnSource own = OwnSource.at(file);
    parser = new SharedParser(ConfigParser.own(own.read()).orElseThrow());
    Revisions revisions = new Revisions(source.revisions(), CLOCK);
    desk =
        new ConfigDesk(
            new SharedKeeper(own, source, parser, () -> edition(1, ONE), () -> 0, revisions));
    source.document.write(ONE, 0);
    parser.compareWith(parser.read(parser.texts(own.read(), edition(1, ONE)), true, true).config());
  }

  private static Request request(String text, Optional<String> seen, boolean force) {
    return new Request(text, seen, "anna", "put", force, Optional.empty());
  }

  private static Request put(String text) {
    return request(text, Optional.empty(), false);
  }

  private static Request trial(String text, String nodes) {
    Trial trial = new Trial(nodes, Duration.ofSeconds(60));
    return new Request(text, Optional.empty(), "anna", "put", false, Optional.of(trial));
  }

  private List<State> states() throws Exception {
    return desk.history().stream().map(Revision::state).toList();
  }

  @Test
  void a_dry_run_says_what_would_change_and_changes_nothing() throws Exception {
    assertThat(desk.plan(put(TWO))).isInstanceOf(Answer.Planned.class);
    assertThat(((Answer.Planned) desk.plan(put(TWO))).changes())
        .extracting(Object::toString)
        .anyMatch(change -> change.startsWith("- pools.app.servers.c"))
        .anyMatch(change -> change.startsWith("+ pools.app.servers.d"));
    assertThat(source.document.read().text()).isEqualTo(ONE);
    assertThat(desk.history()).isEmpty();
  }

  @Test
  void a_dry_run_of_going_back_says_what_would_change_and_changes_nothing() throws Exception {
    assertThat(desk.write(put(TWO))).isInstanceOf(Answer.Done.class);
    int revisions = desk.history().size();
    long former = desk.history().getLast().number();
    assertThat(((Answer.Planned) desk.planRestore(former, put(""))).changes())
        .extracting(Object::toString)
        .anyMatch(change -> change.startsWith("+ pools.app.servers.c"));
    assertThat(source.document.read().text()).isEqualTo(TWO);
    assertThat(desk.history()).hasSize(revisions);
    assertThat(desk.planRestore(99, put(""))).isInstanceOf(Answer.Impossible.class);
  }

  @Test
  void what_a_nodes_own_file_permits_by_now_is_not_taken_over_by_a_dry_run() throws Exception {
    List<ConfigText> before = OwnSource.at(file).read();
    Files.writeString(file, "from: 'etcd://127.0.0.1:1/site'\nstore: {accept-losses: true}\n");
    assertThat(desk.plan(put(document("a")))).isInstanceOf(Answer.Planned.class);
    Files.writeString(file, before.getFirst().content());
    assertThat(desk.plan(put(document("a"))))
        .isInstanceOfSatisfying(
            Answer.Refused.class,
            refused -> assertThat(refused.errors().getFirst()).contains("would lose 2 of its 3"));
  }

  @Test
  void what_is_written_is_recorded_with_what_stood_there_before() throws Exception {
    Answer answer = desk.write(request(TWO, Optional.of(TextDigest.of(ONE)), false));
    assertThat(answer)
        .isInstanceOfSatisfying(
            Answer.Done.class, done -> assertThat(done.revision()).isEqualTo(2));
    assertThat(source.document.read().text()).isEqualTo(TWO);
    assertThat(desk.history()).extracting(Revision::text).containsExactly(TWO, ONE);
    assertThat(states()).containsExactly(State.WRITTEN, State.WRITTEN);
    assertThat(desk.write(put(TWO))).isInstanceOf(Answer.Unchanged.class);
    assertThat(desk.history()).hasSize(2);
  }

  @Test
  void nothing_is_written_over_what_was_not_seen() throws Exception {
    assertThat(desk.write(request(TWO, Optional.of("0"), false)))
        .isEqualTo(new Answer.Outdated(TextDigest.of(ONE)));
    assertThat(source.document.read().text()).isEqualTo(ONE);
    assertThat(desk.history()).isEmpty();
  }

  @Test
  void mistakes_and_losses_are_refused_and_leave_no_trace() throws Exception {
    assertThat(desk.write(put("pools: {app: {balanc: random}}")))
        .isInstanceOfSatisfying(
            Answer.Refused.class,
            refused -> assertThat(String.join("\n", refused.errors())).contains("balanc"));
    assertThat(desk.write(put(document("a")))).isInstanceOf(Answer.Refused.class);
    assertThat(desk.write(put(""))).isInstanceOf(Answer.Refused.class);
    assertThat(source.document.read().text()).isEqualTo(ONE);
    assertThat(desk.history()).isEmpty();
    assertThat(desk.write(request(document("a"), Optional.empty(), true)))
        .isInstanceOf(Answer.Done.class);
    assertThat(desk.history().getFirst().forced()).isTrue();
  }

  @Test
  void a_former_one_becomes_the_document_again() throws Exception {
    desk.write(put(TWO));
    assertThat(desk.restore(1, put(""))).isInstanceOf(Answer.Done.class);
    assertThat(source.document.read().text()).isEqualTo(ONE);
    assertThat(desk.history().getFirst().what()).isEqualTo("rollback to 1");
    assertThat(desk.restore(9, put("")))
        .isInstanceOfSatisfying(
            Answer.Impossible.class,
            impossible -> assertThat(impossible.why()).contains("no revision 9"));
  }

  @Test
  void of_a_secret_it_is_told_that_it_changed_and_no_more() throws Exception {
    String check = "    health: {http: {path: /, headers: {Authorization: '%s'}}}\n";
    String before = ONE + check.formatted("old-word");
    String after = ONE + check.formatted("new-word");
    desk.write(put(before));
    desk.write(put(after));
    Optional<Revision> two = Optional.of(desk.history().get(1));
    String said = desk.changes(two, Optional.empty()).toString();
    assertThat(said).contains("(another secret)").doesNotContain("-word");
    assertThat(desk.document().text()).contains("Authorization: \"***\"}");
  }

  @Test
  void some_nodes_try_it_and_who_ends_that_names_what_was_seen() throws Exception {
    assertThat(desk.trial()).isEmpty();
    source.reports.put("lb1", "{}");
    assertThat(desk.write(trial(TWO, "1")))
        .isInstanceOfSatisfying(
            Answer.Impossible.class, no -> assertThat(no.why()).contains("lb1 is the only node"));
    source.reports.put("lb2", "{}");
    assertThat(desk.write(trial(TWO, "2")))
        .isInstanceOfSatisfying(
            Answer.Impossible.class, no -> assertThat(no.why()).contains("those are all 2 nodes"));
    assertThat(desk.history()).isEmpty();

    assertThat(desk.write(trial(TWO, "1"))).isInstanceOf(Answer.Done.class);
    assertThat(source.document.read().text()).isEqualTo(ONE);
    assertThat(desk.write(put(TWO)))
        .isInstanceOfSatisfying(
            Answer.Impossible.class, no -> assertThat(no.why()).contains("being tried by lb1"));
    Canary tried = desk.trial().orElseThrow();
    Canary other = tried.ended(Canary.State.PASSING, "");
    assertThat(desk.endTrial("anna", other)).isInstanceOf(Answer.Impossible.class);
    assertThat(desk.trial()).contains(tried);
    assertThat(desk.endTrial("anna", tried)).isInstanceOf(Answer.Unchanged.class);
    assertThat(desk.endTrial("anna", tried)).isInstanceOf(Answer.Impossible.class);
    assertThat(states()).startsWith(State.RETURNED);
  }
}
