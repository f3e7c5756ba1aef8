package io.steelyard.app.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.cluster.member.Membership.Life;
import io.steelyard.cluster.vip.VipId;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class LastWordTest {
  private static final Life LIFE = new Life(1_700_000_000_000L, -42, 17, 750_000_000);

  @Test
  void what_is_said_is_what_is_understood() {
    Map<VipId, Long> untilNs =
        Map.of(new VipId("eth0", 51, false), 123L, new VipId("eth1", 61, true), -5L);
    LastWord word = new LastWord("lb1", Optional.of(LIFE), untilNs);
    assertThat(LastWord.read(word.text())).isEqualTo(word);
    assertThat(LastWord.read(LastWord.NOTHING.text())).isEqualTo(LastWord.NOTHING);
  }

  @Test
  void the_life_goes_on_with_a_later_beat_and_only_under_the_same_name() {
    LastWord word = new LastWord("lb1", Optional.of(LIFE), Map.of());
    Life next = word.lifeOf("lb1").orElseThrow();
    assertThat(next.incarnation()).isEqualTo(LIFE.incarnation());
    assertThat(next.sequence()).isGreaterThan(LIFE.sequence());
    assertThat(word.lifeOf("lb2")).isEmpty();
  }

  @Test
  void what_a_later_version_adds_is_passed_over() {
    assertThat(LastWord.read("more of it\nuntil eth0 51 v4 7 and more").untilNs())
        .containsExactly(Map.entry(new VipId("eth0", 51, false), 7L));
  }

  @Test
  void what_is_malformed_is_refused() {
    assertThatThrownBy(() -> LastWord.read("until eth0 51 v4 soon"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
