package io.steelyard.wire.orca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoadMetricsTest {
  private static double find(String metric, String value) {
    byte[] bytes = ("??" + value + "0,cpu_utilization=9").getBytes(StandardCharsets.ISO_8859_1);
    return new LoadMetrics(metric).in(bytes, 2, 2 + value.length());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          cpu         | TEXT cpu_utilization=0.3,mem_utilization=0.8            | 0.3
          memory      | TEXT cpu_utilization=0.3, mem_utilization = 0.8         | 0.8
          application | TEXT application_utilization=1                          | 1
          queue       | TEXT cpu_utilization=0.3,named_metrics.queue=12.50      | 12.5
          queue       | TEXT queue=1e-2                                         | 0.01
          cpu         | JSON {"cpu_utilization": 0.25, "mem_utilization": 0.5}  | 0.25
          queue       | JSON {"named_metrics": {"queue":3.5E+1}}                | 35
          cpu         | JSON {"mem_utilization":1,"cpu_utilization":0}          | 0
          cpu         | TEXT cpu_utilization=0.12345678901234567890123          | 0.12345678901234567
          """)
  void a_metric_is_found_in_either_form(String metric, String value, double expected) {
    assertThat(find(metric, value)).isCloseTo(expected, within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "TEXT",
        "TEXT ",
        "cpu_utilization=0.3",
        "TEXT cpu_utilization",
        "TEXT cpu_utilization=",
        "TEXT cpu_utilization=-1",
        "TEXT cpu_utilization=.",
        "TEXT cpu_utilization=0.3x",
        "TEXT cpu_utilization=1e",
        "TEXT cpu_utilization=1e999",
        "TEXT cpu_utilization=NaN",
        "TEXT xcpu_utilization=0.3",
        "TEXT cpu_utilizationx=0.3",
        "JSON {\"cpu_utilization\"",
        "JSON {\"cpu_utilization\":\"0.3\"}",
        "JSON {\"cpu_utilization\":null}",
        "JSON \"cpu_utilization",
        "BIN CPU"
      })
  void what_is_broken_says_nothing(String value) {
    assertThat(find("cpu", value)).isEqualTo(LoadMetrics.NONE);
  }

  @Test
  void any_bytes_give_a_number_or_nothing() {
    SplittableRandom random = new SplittableRandom(7);
    String alphabet = "TEXT JSON {}\":,=.eE+-0123456789cpu_utilization \t\u0000\u00ff";
    LoadMetrics metrics = new LoadMetrics("cpu");
    for (int i = 0; i < 200_000; i++) {
      byte[] bytes = new byte[random.nextInt(40)];
      for (int j = 0; j < bytes.length; j++) {
        bytes[j] = (byte) alphabet.charAt(random.nextInt(alphabet.length()));
      }
      double found = metrics.in(bytes, 0, bytes.length);
      assertThat(found >= 0 || found == LoadMetrics.NONE).isTrue();
    }
  }
}
