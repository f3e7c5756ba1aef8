package io.steelyard.control.canary;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.control.canary.Verdict.Pass;
import io.steelyard.control.canary.Verdict.Return;
import io.steelyard.control.canary.Verdict.Wait;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CanaryTrialTest {
  private static final long SECOND_NS = 1_000_000_000;
  private static final Canary CANARY =
      new Canary(
          Canary.State.TRYING,
          7,
          "base",
          false,
          List.of("lb1"),
          Duration.ofSeconds(60),
          "",
          "the text");

  private final Map<String, NodeReport> reports = new TreeMap<>();
  private static final List<Double> BOUNDS_MS =
      List.of(1.0, 10.0, 50.0, 75.0, 100.0, 150.0, 250.0, 500.0);

  private final CanaryTrial trial = new CanaryTrial(CANARY, 0);
  private String document = "base";
  private long beat;

  private Verdict at(long seconds) {
    return trial.look(seconds * SECOND_NS, reports, document);
  }

  /** Requests, of which some failed and the rest took this long. */
  private static Traffic traffic(long requests, long errors, double ms) {
    return new Traffic(
        requests,
        errors,
        BOUNDS_MS,
        IntStream.rangeClosed(0, BOUNDS_MS.size())
            .mapToObj(i -> i == bucket(ms) ? requests : 0L)
            .toList());
  }

  private static int bucket(double ms) {
    return (int) BOUNDS_MS.stream().filter(bound -> bound < ms).count();
  }

  private void tells(String node, String serves, Traffic traffic) {
    reports.put(
        node,
        new NodeReport(
            Optional.of("e"),
            serves,
            Optional.empty(),
            "",
            0,
            0,
            0,
            "",
            "ready",
            "1",
            beat++,
            traffic,
            ""));
  }

  private void begin() {
    tells("lb1", CANARY.digest(), traffic(1000, 2, 1));
    tells("lb2", "base", traffic(1000, 2, 1));
    assertThat(at(1)).isEqualTo(new Wait());
  }

  @Test
  void one_that_departs_in_nothing_is_good_for_all_when_its_time_is_over() {
    begin();
    tells("lb1", CANARY.digest(), traffic(2000, 4, 1));
    tells("lb2", "base", traffic(2000, 3, 1));
    assertThat(at(60)).isEqualTo(new Wait());
    assertThat(at(61)).isEqualTo(new Wait());
    tells("lb1", CANARY.digest(), traffic(2000, 4, 1));
    assertThat(at(62)).isInstanceOf(Pass.class);
  }

  @Test
  void one_that_is_silent_since_its_time_was_over_is_waited_for_until_its_lease_is_over() {
    begin();
    tells("lb1", CANARY.digest(), traffic(2000, 4, 1));
    tells("lb2", "base", traffic(2000, 3, 1));
    assertThat(at(61)).isEqualTo(new Wait());
    assertThat(at(69)).isEqualTo(new Wait());
    reports.remove("lb1");
    assertThat(at(70)).isEqualTo(new Return("lb1 is gone"));
  }

  @Test
  void its_time_begins_when_all_of_its_nodes_serve_it() {
    tells("lb1", "base", Traffic.NONE);
    assertThat(at(10)).isEqualTo(new Wait());
    tells("lb1", CANARY.digest(), Traffic.NONE);
    assertThat(at(11)).isEqualTo(new Wait());
    assertThat(at(70)).isEqualTo(new Wait());
    assertThat(at(71)).isEqualTo(new Wait());
    tells("lb1", CANARY.digest(), Traffic.NONE);
    assertThat(at(72)).isInstanceOf(Pass.class);
  }

  @Test
  void more_errors_than_with_the_others_end_it_at_once() {
    begin();
    tells("lb1", CANARY.digest(), traffic(1100, 12, 1));
    tells("lb2", "base", traffic(2000, 3, 1));
    assertThat(at(2))
        .isEqualTo(
            new Return("10.00% of 100 requests failed there, 0.10% of 1000 with the others"));
  }

  @Test
  void errors_that_all_have_end_nothing() {
    begin();
    tells("lb1", CANARY.digest(), traffic(2000, 302, 1));
    tells("lb2", "base", traffic(2000, 292, 1));
    assertThat(at(2)).isEqualTo(new Wait());
  }

  @Test
  void without_others_it_is_compared_with_before() {
    tells("lb1", CANARY.digest(), traffic(1000, 0, 1));
    assertThat(at(1)).isEqualTo(new Wait());
    tells("lb1", CANARY.digest(), traffic(1100, 10, 1));
    assertThat(at(2))
        .isEqualTo(new Return("10.00% of 100 requests failed there, 0.00% of 1000 with before"));
  }

  @Test
  void longer_durations_end_it() {
    begin();
    tells("lb1", CANARY.digest(), traffic(1000, 2, 1).plus(traffic(1000, 0, 100)));
    tells("lb2", "base", traffic(2000, 2, 1));
    assertThat(at(2))
        .isEqualTo(
            new Return(
                "the slowest twentieth of 1000 requests took about 98.8 ms and more there, 1.0 ms"
                    + " with the others"));
  }

  @ParameterizedTest
  @CsvSource({
    "70, 105, false",
    "70, 140, false",
    "70, 160, true",
    "9, 11, false",
    "140, 600, true"
  })
  void only_what_takes_twice_as_long_for_certain_ends_it(
      double others, double there, boolean ended) {
    begin();
    tells("lb1", CANARY.digest(), traffic(1000, 2, 1).plus(traffic(1000, 0, there)));
    tells("lb2", "base", traffic(1000, 2, 1).plus(traffic(1000, 0, others)));
    assertThat(at(2) instanceof Return).isEqualTo(ended);
  }

  @Test
  void a_node_that_refuses_is_gone_or_is_too_slow_ends_it() {
    reports.put(
        "lb1",
        new NodeReport(
            Optional.of("e"),
            "base",
            Optional.of("f"),
            CANARY.digest(),
            0,
            0,
            0,
            "line 3: no",
            "ready",
            "1",
            -1,
            Traffic.NONE,
            ""));
    assertThat(at(1)).isEqualTo(new Return("lb1 refused it: line 3: no"));
    reports.clear();
    assertThat(at(15)).isEqualTo(new Wait());
    assertThat(at(16)).isEqualTo(new Return("lb1 is gone"));
    tells("lb1", "base", Traffic.NONE);
    assertThat(at(17)).isEqualTo(new Return("lb1 does not serve it after 17 s"));
  }

  @Test
  void a_node_that_goes_while_it_tries_ends_it() {
    begin();
    reports.remove("lb1");
    assertThat(at(2)).isEqualTo(new Return("lb1 is gone"));
  }

  @Test
  void a_document_that_is_changed_meanwhile_ends_it() {
    begin();
    document = "another";
    assertThat(at(2)).isEqualTo(new Return("the document was changed meanwhile"));
    document = CANARY.digest();
    assertThat(at(2)).isInstanceOf(Pass.class);
  }

  @Test
  void a_node_that_was_started_anew_counts_from_there() {
    begin();
    tells("lb1", CANARY.digest(), traffic(50, 25, 1));
    tells("lb2", "base", traffic(2000, 2, 1));
    assertThat(at(2)).isInstanceOf(Return.class);
  }

  @Test
  void chance_alone_ends_hardly_any() {
    int ended = 0;
    for (int seed = 0; seed < 1000; seed++) {
      ended += endsByChance(new SplittableRandom(seed)) ? 1 : 0;
    }
    assertThat(ended).isLessThan(20);
  }

  /** Both fail for one request in a hundred, for a minute, and are looked at every second. */
  private static boolean endsByChance(SplittableRandom random) {
    CanaryTrial one = new CanaryTrial(CANARY, 0);
    long[] errors = new long[2];
    long requests = 0;
    for (long second = 0; second <= 60; second++) {
      Map<String, NodeReport> now = new TreeMap<>();
      for (int i = 0; i < 2; i++) {
        now.put(
            "lb" + (i + 1),
            new NodeReport(
                Optional.empty(),
                i == 0 ? CANARY.digest() : "base",
                Optional.empty(),
                "",
                0,
                0,
                0,
                "",
                "",
                "",
                -1,
                traffic(requests, errors[i], 1),
                ""));
      }
      if (one.look(second * SECOND_NS, now, "base") instanceof Return) {
        return true;
      }
      requests += 50;
      for (int r = 0; r < 100; r++) {
        errors[r % 2] += random.nextInt(100) == 0 ? 1 : 0;
      }
    }
    return false;
  }

  @Test
  void what_nodes_tell_and_keep_is_read_as_it_was_written() throws Exception {
    assertThat(Canary.parse(CANARY.json())).contains(CANARY);
    assertThat(Canary.parse("{}")).isEmpty();
    assertThat(Canary.parse("")).isEmpty();
    tells("lb1", "d", traffic(3, 1, 1));
    assertThat(NodeReport.parse(reports.get("lb1").json())).contains(reports.get("lb1"));
    assertThat(NodeReport.parse("[]")).isEmpty();
    assertThat(NodeReport.parse("{}").orElseThrow().traffic()).isEqualTo(Traffic.NONE);
  }
}
