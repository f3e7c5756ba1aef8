package io.steelyard.wire.orca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
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

  /** A server's library may write the names of Protocol Buffers' JSON, in lowerCamelCase. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          cpu         | JSON {"cpuUtilization": 0.25, "memUtilization": 0.5}       | 0.25
          memory      | JSON {"cpuUtilization": 0.25, "memUtilization": 0.5}       | 0.5
          application | JSON {"applicationUtilization":0.75}                       | 0.75
          queue       | JSON {"namedMetrics":{"queue":0.2}}                        | 0.2
          """)
  void the_names_of_protocol_buffers_json_are_taken_too(
      String metric, String value, double expected) {
    assertThat(find(metric, value)).isEqualTo(expected);
  }

  /** {cpu 0.25, mem 0.5, rps 300, request_cost {queue: 7}, utilization {x: 1}, application 1.5}. */
  @ParameterizedTest
  @CsvSource({"cpu, 0.25", "memory, 0.5", "application, 1.5", "queue, 12", "x, 1", "y, -1"})
  void the_binary_form_is_read(String metric, double expected) {
    byte[] report =
        HexFormat.of()
            .parseHex(
                "09000000000000d03f11000000000000e03f18ac02"
                    + "22100a05717565756511"
                    + "0000000000001c40" // request_cost
                    + "2a0c0a017811000000000000f03f" // utilization
                    + "42100a057175657565110000000000002840" // named_metrics
                    + "49000000000000f83f");
    String text = Base64.getEncoder().encodeToString(report);
    assertThat(find(metric, "BIN " + text)).isEqualTo(expected);
    byte[] alone = text.replace("=", "").getBytes(StandardCharsets.US_ASCII);
    assertThat(new LoadMetrics(metric).inBinary(alone, 0, alone.length)).isEqualTo(expected);
  }

  @Test
  void a_binary_report_that_is_too_long_says_nothing() {
    byte[] filler = new byte[BinaryReport.BYTES_MAX];
    for (int i = 0; i < filler.length; i += 2) {
      filler[i] = 0x18;
    }
    String text = Base64.getEncoder().encodeToString(filler);
    assertThat(find("cpu", "BIN " + text)).isEqualTo(LoadMetrics.NONE);
  }

  @Test
  void any_binary_report_gives_a_number_or_nothing() {
    SplittableRandom random = new SplittableRandom(11);
    for (String metric : new String[] {"cpu", "queue"}) {
      LoadMetrics metrics = new LoadMetrics(metric);
      byte[] heads = {0x09, 0x2a, 0x42, 0x0a, 0x11, 0x18, 0x49, 0x0d, 0x05, 0x10};
      for (int i = 0; i < 100_000; i++) {
        byte[] report = new byte[random.nextInt(60)];
        random.nextBytes(report);
        for (int j = 0; j < report.length; j += 1 + random.nextInt(9)) {
          report[j] = heads[random.nextInt(heads.length)];
        }
        byte[] text = Base64.getEncoder().encode(report);
        double found = metrics.inBinary(text, 0, text.length);
        assertThat(found >= 0 || found == LoadMetrics.NONE).isTrue();
      }
    }
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
        "JSON {\"xcpuUtilization\":0.3}",
        "BIN",
        "BIN ",
        "BIN CPU",
        "BIN CTMzMzMzM9M/=x",
        "BIN CTMzMzMz",
        "BIN CQAAAAAAAPh/",
        "BIN CQAAAAAAAPC/",
        "BIN EQAAAAAAAOA/",
        "BIN ////////////////"
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
