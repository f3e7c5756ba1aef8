package io.steelyard.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.control.canary.Canary;
import io.steelyard.control.canary.NodeReport;
import io.steelyard.control.canary.Traffic;
import io.steelyard.control.revision.Cell;
import io.steelyard.control.revision.Revision;
import io.steelyard.control.revision.Revision.State;
import io.steelyard.control.revision.Revisions;
import io.steelyard.control.revision.TextDigest;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Three nodes that judge what one of them tries, in time that is moved by hand. */
final class CanaryJudgeTest {
  private static final long SECOND_NS = 1_000_000_000;
  private static final List<String> NODES = List.of("lb1", "lb2", "lb3");

  private final MemorySource source = new MemorySource();
  private final Revisions revisions = new Revisions(source.revisions(), InstantSource.system());
  private final Events events = new Events(InstantSource.system(), 100);
  private final Map<String, CanaryJudge> judges = new TreeMap<>();
  private final List<String> alive = new ArrayList<>(NODES);
  private long canaryErrors;
  private long requests;

  @BeforeEach
  void begin() throws Exception {
    NODES.forEach(node -> judges.put(node, new CanaryJudge(source, revisions, events)));
    source.document().write("old", 0);
    revisions.seen("old", "as it stood before", () -> true);
    revisions.add(new Revisions.Entry("anna", "put", false, State.TRIED, "new"));
    Canary canary =
        new Canary(
            Canary.State.TRYING,
            2,
            TextDigest.of("old"),
            false,
            List.of("lb2"),
            Duration.ofSeconds(10),
            "",
            "new");
    source.canary().write(canary.json(), 0);
  }

  private Map<String, NodeReport> reports() {
    Map<String, NodeReport> reports = new TreeMap<>();
    for (String node : alive) {
      boolean tries = source.read().canary().filter(c -> c.isFor(node)).isPresent();
      long errors = tries ? canaryErrors : 0;
      reports.put(
          node,
          new NodeReport(
              Optional.empty(),
              TextDigest.of(tries ? "new" : source.text()),
              Optional.empty(),
              "",
              0,
              0,
              0,
              "",
              "ready",
              "1",
              -1,
              new Traffic(requests, errors, List.of(), List.of(requests)),
              ""));
    }
    return reports;
  }

  /** All that are alive look once each second; a store that is away is asked again. */
  private void pass(int fromSecond, int toSecond) throws InterruptedException {
    for (int second = fromSecond; second <= toSecond; second++) {
      requests += 100;
      for (String node : alive) {
        try {
          judges.get(node).look(node, source.read(), reports(), second * SECOND_NS);
        } catch (IOException e) {
          // The next time.
        }
      }
    }
  }

  private String document() throws Exception {
    return source.document().read().text();
  }

  private Revision revision() throws Exception {
    return revisions.find(2).orElseThrow();
  }

  @Test
  void one_that_is_good_is_made_the_document_of_all() throws Exception {
    pass(1, 10);
    assertThat(document()).isEqualTo("old");
    pass(11, 11);
    assertThat(document()).isEqualTo("new");
    assertThat(source.tried().orElseThrow().state()).isEqualTo(Canary.State.PASSED);
    assertThat(revision().state()).isEqualTo(State.WRITTEN);
    assertThat(revision().outcome()).contains("requests there");
    assertThat(revisions.list()).hasSize(2);
  }

  @Test
  void one_that_fails_is_taken_back() throws Exception {
    pass(1, 2);
    canaryErrors = 30;
    pass(3, 3);
    assertThat(document()).isEqualTo("old");
    assertThat(source.tried().orElseThrow().state()).isEqualTo(Canary.State.RETURNED);
    assertThat(revision().state()).isEqualTo(State.RETURNED);
    assertThat(revision().outcome()).contains("requests failed there");
    pass(4, 30);
    assertThat(document()).isEqualTo("old");
  }

  @Test
  void when_the_first_judge_dies_the_next_one_acts() throws Exception {
    pass(1, 5);
    alive.remove("lb1");
    pass(6, 12);
    assertThat(document()).isEqualTo("new");
  }

  @Test
  void when_the_one_that_tries_dies_the_others_go_on_as_before() throws Exception {
    pass(1, 5);
    alive.remove("lb2");
    pass(6, 12);
    assertThat(document()).isEqualTo("old");
    assertThat(revision().outcome()).isEqualTo("lb2 is gone");
  }

  @Test
  void who_changes_the_document_meanwhile_ends_it() throws Exception {
    pass(1, 5);
    Cell.Held held = source.document().read();
    source.document().write("other", held.version());
    pass(6, 12);
    assertThat(document()).isEqualTo("other");
    assertThat(revision().outcome()).isEqualTo("the document was changed meanwhile");
  }

  /** The store goes away before each of the writes in turn, and a node with it. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void whatever_fails_midway_is_brought_to_its_end_by_the_next(int writes) throws Exception {
    pass(1, 10);
    source.failAfter(writes);
    try {
      judges.get("lb1").look("lb1", source.read(), reports(), 11 * SECOND_NS);
    } catch (IOException e) {
      assertThat(e).hasMessage("away");
    }
    source.failAfter(Integer.MAX_VALUE);
    alive.remove("lb1");
    pass(12, 20);
    assertThat(document()).isEqualTo("new");
    assertThat(source.tried().orElseThrow().state()).isEqualTo(Canary.State.PASSED);
    assertThat(revision().state()).isEqualTo(State.WRITTEN);
  }
}
