package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.balance.Algorithm;
import io.steelyard.core.snapshot.LoadReporting;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Servers that say their load in their responses. */
class LoadReportTest extends ProxyTest {
  private static String answer(String report, char body) {
    return "HTTP/1.1 200 OK\r\nendpoint-load-metrics: %s\r\nContent-Length: 1\r\n\r\n%c"
        .formatted(report, body);
  }

  @Test
  void the_less_loaded_server_gets_more() throws Exception {
    setup.balance = Algorithm.CUSTOM_LOAD;
    setup.reporting = new LoadReporting(true, "cpu", Duration.ofSeconds(60));
    answering(answer("TEXT cpu_utilization=0.9", 'a'));
    answering(answer("JSON {\"cpu_utilization\":0.1}", 'b'));
    start();
    Peer client = client();
    int second = 0;
    for (int i = 0; i < 40; i++) {
      second += client.send(GET).message().endsWith("b") ? 1 : 0;
    }
    assertThat(second).isGreaterThan(30);
    assertThat(setup.state("s0").report().load()).isEqualTo(0.9);
  }

  @Test
  void a_broken_report_is_counted_and_ignored() throws Exception {
    setup.balance = Algorithm.CUSTOM_LOAD;
    setup.reporting = new LoadReporting(true, "cpu", Duration.ofSeconds(60));
    answering(answer("TEXT cpu_utilization=much", 'a'));
    start();
    assertThat(client().send(GET).message()).endsWith("a");
    assertThat(metric("steelyard_load_reports_broken")).isEqualTo(1);
    assertThat(setup.state("s0").report().load()).isNegative();
  }
}
