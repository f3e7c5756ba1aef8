package io.steelyard.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class PrometheusTextTest {
  private final PrometheusText text = new PrometheusText();

  @Test
  void a_counter_gets_its_suffix_and_its_labels() {
    text.counter("steelyard_requests", "Requests.", 3, "pool", "app", "code", "200");
    assertThat(text.text())
        .isEqualTo(
            """
            # HELP steelyard_requests_total Requests.
            # TYPE steelyard_requests_total counter
            steelyard_requests_total{pool="app",code="200"} 3
            """);
  }

  @Test
  void a_counter_is_declared_before_anything_was_counted() {
    text.declareCounter("ejections", "Ejections.");
    assertThat(text.text())
        .isEqualTo(
            """
            # HELP ejections_total Ejections.
            # TYPE ejections_total counter
            """);
  }

  @Test
  void samples_of_one_name_stand_together_however_they_came() {
    text.gauge("up", "Up.", 1, "s", "a");
    text.gauge("other", "Other.", 0.25);
    text.gauge("up", "Up.", 0, "s", "b");
    assertThat(text.text())
        .isEqualTo(
            """
            # HELP up Up.
            # TYPE up gauge
            up{s="a"} 1
            up{s="b"} 0
            # HELP other Other.
            # TYPE other gauge
            other 0.25
            """);
  }

  @Test
  void buckets_are_cumulative_and_end_at_infinity() {
    text.histogram("t_seconds", "T.", new double[] {0.1, 1}, new long[] {2, 3, 1}, 4.5, "p", "x");
    assertThat(text.text())
        .isEqualTo(
            """
            # HELP t_seconds T.
            # TYPE t_seconds histogram
            t_seconds_bucket{p="x",le="0.1"} 2
            t_seconds_bucket{p="x",le="1"} 5
            t_seconds_bucket{p="x",le="+Inf"} 6
            t_seconds_sum{p="x"} 4.5
            t_seconds_count{p="x"} 6
            """);
  }

  @Test
  void what_would_break_a_line_is_escaped() {
    text.gauge("g", "a\\b\nc \"d\"", Double.NaN, "l", "x\"y\\z\n");
    assertThat(text.text())
        .isEqualTo(
            """
            # HELP g a\\\\b\\nc "d"
            # TYPE g gauge
            g{l="x\\"y\\\\z\\n"} NaN
            """);
  }

  @Test
  void one_name_cannot_be_two_kinds_of_metric() {
    text.gauge("x_total", "X.", 1);
    assertThatThrownBy(() -> text.counter("x", "X.", 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
