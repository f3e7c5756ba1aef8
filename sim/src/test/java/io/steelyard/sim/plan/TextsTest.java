package io.steelyard.sim.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.core.balance.Algorithm;
import io.steelyard.sim.engine.Distribution;
import io.steelyard.sim.plan.Fault.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TextsTest {
  private static final long SECOND_NS = 1_000_000_000L;

  @Test
  void a_fault_says_when_whom_what_how_much_and_how_long() {
    assertThat(Texts.fault("20s: b down 10s"))
        .isEqualTo(new Fault(20 * SECOND_NS, "b", Kind.DOWN, 0, 10 * SECOND_NS));
    assertThat(Texts.fault("500ms: a,b slow x2.5 1m"))
        .isEqualTo(new Fault(SECOND_NS / 2, "a,b", Kind.SLOW, 2.5, 60 * SECOND_NS));
    assertThat(Texts.fault("1s: 127.0.0.1:9001 errors 50%"))
        .isEqualTo(new Fault(SECOND_NS, "127.0.0.1:9001", Kind.ERRORS, 0.5, Fault.FOR_EVER));
    assertThat(Texts.fault("1s: half restart"))
        .isEqualTo(new Fault(SECOND_NS, "half", Kind.DOWN, 0, 5 * SECOND_NS));
    assertThat(Texts.fault("0s: all flap 2s 10s"))
        .isEqualTo(new Fault(0, "all", Kind.FLAP, 2 * SECOND_NS, 10 * SECOND_NS));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "20s b down",
        "20: b down",
        "20s: b",
        "20s: b dawn",
        "20s: b down soon",
        "20s: b slow",
        "20s: b slow 5",
        "20s: b slow x0 5s",
        "20s: b errors 101%",
        "20s: b down 5s 5s"
      })
  void a_wrong_fault_is_answered_with_what_was_expected(String text) {
    assertThatThrownBy(() -> Texts.fault(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10ms",
        "exp",
        "exp:",
        "exp:10",
        "norm:10ms",
        "uniform:5ms",
        "uniform:5ms-1ms",
        "lognormal:5ms,x"
      })
  void a_wrong_latency_is_answered_with_what_was_expected(String text) {
    assertThatThrownBy(() -> Texts.latency(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected");
  }

  @Test
  void latencies_and_keys_are_read() {
    assertThat(Texts.latency("uniform:5ms-15ms"))
        .isEqualTo(new Distribution.Uniform(5_000_000, 15_000_000));
    assertThat(Texts.latency("lognormal:1s,0.5"))
        .isEqualTo(new Distribution.LogNormal(SECOND_NS, 0.5));
    assertThat(Texts.keys("zipf:1000,1.1")).isEqualTo(new KeyPlan(1000, 1.1));
    assertThat(Texts.keys("uniform:7")).isEqualTo(new KeyPlan(7, 0));
    assertThatThrownBy(() -> Texts.keys("zipf")).hasMessageContaining("expected");
    assertThatThrownBy(() -> Texts.keys("uniform:0.5")).hasMessageContaining("expected");
  }

  @Test
  void algorithms_go_by_all_their_names_each_once() {
    assertThat(Texts.algorithms("all")).containsExactly(Algorithm.values());
    assertThat(Texts.algorithms("first,weighted-round-robin,round-robin"))
        .containsExactly(Algorithm.FIRST, Algorithm.ROUND_ROBIN);
    assertThatThrownBy(() -> Texts.algorithms("frist")).hasMessageContaining("least-connections");
  }
}
