package io.steelyard.control.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.core.health.Wish;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgentReportTest {
  @ParameterizedTest
  @CsvSource({"75%, 0.25", "100%, 0", "0%, 1", "300%, 0", "50% # half of it is gone, 0.5"})
  void what_a_server_can_still_take_is_what_it_is_not_loaded_with(String line, double load)
      throws BrokenReport {
    assertThat(AgentReport.parse(line).load().getAsDouble()).isCloseTo(load, Offset.offset(1e-9));
  }

  @Test
  void words_of_the_operator_and_of_health_stand_apart() throws BrokenReport {
    assertThat(AgentReport.parse("drain").wish()).contains(Wish.DRAIN);
    assertThat(AgentReport.parse("maint").wish()).contains(Wish.MAINTENANCE);
    assertThat(AgentReport.parse("READY").wish()).contains(Wish.SERVE);
    for (String down : new String[] {"down", "fail", "failed", "stopped", "down#disk is full"}) {
      assertThat(AgentReport.parse(down).works()).as(down).contains(false);
    }
    assertThat(AgentReport.parse("up").works()).contains(true);
    assertThat(AgentReport.parse("up").wish()).isEqualTo(Optional.empty());
  }

  @Test
  void several_words_are_taken_together_and_the_last_of_a_kind_counts() throws BrokenReport {
    AgentReport report = AgentReport.parse(" ready\tup, 25%,maxconn:30  75% # and a comment: down");
    assertThat(report.wish()).contains(Wish.SERVE);
    assertThat(report.works()).contains(true);
    assertThat(report.load().getAsDouble()).isCloseTo(0.25, Offset.offset(1e-9));
    assertThat(report.maxConnections()).hasValue(30);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "   ",
        "# nothing",
        "75",
        "%",
        "-5%",
        "+5%",
        "x%",
        "99999%",
        "7 5%",
        "maxconn:",
        "maxconn:-1",
        "maxconn:x",
        "redy",
        "up and away",
        "HTTP/1.1 200 OK",
        "\u0000",
        "٣%",
      })
  void what_is_not_of_the_grammar_is_broken(String line) {
    assertThatThrownBy(() -> AgentReport.parse(line)).isInstanceOf(BrokenReport.class);
  }

  @Test
  void what_is_broken_is_shown_without_control_characters() {
    assertThatThrownBy(() -> AgentReport.parse("30\0\u001b[2J"))
        .hasMessage("is broken: '30\\x00\\x1b[2j'");
  }

  @Test
  void only_the_beginning_of_what_is_broken_is_shown() {
    assertThatThrownBy(() -> AgentReport.parse("x".repeat(10_000)))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(100));
  }
}
