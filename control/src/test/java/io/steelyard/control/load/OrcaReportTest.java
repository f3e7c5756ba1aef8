package io.steelyard.control.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrcaReportTest {
  private static final String REPORT =
      """
      {"application_utilization": 0.5, "cpu_utilization": 0.25, "mem_utilization": 1.5,
       "rps_fractional": 100, "request_cost": {"x": 7}, "utilization": {"queue": 0.75}}
      """;

  @Test
  void each_metric_is_found_by_its_name() throws BrokenReport {
    assertThat(OrcaReport.load(REPORT, "application")).isEqualTo(0.5);
    assertThat(OrcaReport.load(REPORT, "cpu")).isEqualTo(0.25);
    assertThat(OrcaReport.load(REPORT, "memory")).isEqualTo(1.5);
    assertThat(OrcaReport.load(REPORT, "queue")).isEqualTo(0.75);
  }

  @Test
  void the_names_of_protocol_buffers_json_are_taken_too() throws BrokenReport {
    assertThat(OrcaReport.load("{\"cpuUtilization\": 0.1}", "cpu")).isEqualTo(0.1);
    assertThat(OrcaReport.load("{\"memUtilization\": 0}", "memory")).isZero();
    assertThat(OrcaReport.load("{\"applicationUtilization\": 1}", "application")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"utilization", "named_metrics", "namedMetrics"})
  void a_metric_of_its_own_is_found_where_orca_has_them(String where) throws BrokenReport {
    assertThat(OrcaReport.load("{\"" + where + "\": {\"queue\": 0.25}}", "queue")).isEqualTo(0.25);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "1",
        "{}",
        "{\"cpu_utilization\": \"0.5\"}",
        "{\"cpu_utilization\": -0.1}",
        "{\"cpu_utilization\": null}",
        "{\"cpu_utilization\": 1e300}",
        "{\"cpu_utilization\": NaN}",
        "{\"cpu_utilization\": 0.5",
        "answered 503",
        "<html>",
      })
  void what_says_nothing_of_it_is_broken(String report) {
    assertThatThrownBy(() -> OrcaReport.load(report, "cpu")).isInstanceOf(BrokenReport.class);
  }

  @Test
  void a_metric_of_its_own_has_to_be_there() {
    assertThatThrownBy(() -> OrcaReport.load(REPORT, "other")).isInstanceOf(BrokenReport.class);
    assertThatThrownBy(() -> OrcaReport.load("{\"utilization\": 1}", "other"))
        .isInstanceOf(BrokenReport.class);
  }
}
