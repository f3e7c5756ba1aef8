package io.steelyard.app.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.cluster.member.Membership.Granted;
import io.steelyard.cluster.member.Membership.Life;
import io.steelyard.cluster.member.Membership.Promised;
import io.steelyard.cluster.vip.VipAddress;
import io.steelyard.cluster.vip.VipId;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class LastWordTest {
  private static final VipId ID = new VipId("eth0", 51, false);
  private static final Life LIFE =
      new Life(
          1_700_000_000_000L,
          -42,
          17,
          750_000_000,
          -3,
          List.of(new Promised("group outside and in", "lb 2", 5, -6, 7)),
          List.of(new Granted("51/192.0.2.100", "lb3", -8)));
  private static final Leftovers.Line LINE =
      new Leftovers.Line(ID, List.of(new VipAddress(InetAddress.ofLiteral("192.0.2.100"), 24)));

  @Test
  void what_is_said_is_what_is_understood() {
    Map<VipId, Long> untilNs = Map.of(ID, 123L, new VipId("eth1", 61, true), -5L);
    LastWord word = new LastWord("lb 1%", Optional.of(LIFE), List.of(LINE), untilNs);
    assertThat(LastWord.read(word.text())).isEqualTo(word);
    assertThat(LastWord.read(LastWord.NOTHING.text())).isEqualTo(LastWord.NOTHING);
  }

  @Test
  void the_life_goes_on_with_a_later_beat_and_only_under_the_same_name() {
    LastWord word = new LastWord("lb1", Optional.of(LIFE), List.of(), Map.of());
    Life next = word.lifeOf("lb1").orElseThrow();
    assertThat(next.incarnation()).isEqualTo(LIFE.incarnation());
    assertThat(next.sequence()).isGreaterThan(LIFE.sequence());
    assertThat(next.promised()).isEqualTo(LIFE.promised());
    assertThat(word.lifeOf("lb2")).isEmpty();
  }

  @Test
  void what_a_later_version_adds_is_passed_over() {
    assertThat(LastWord.read("more of it\nuntil 7 eth0 51 v4 and more").untilNs())
        .containsExactly(Map.entry(ID, 7L));
  }

  @Test
  void what_is_malformed_is_refused() {
    for (String line : List.of("until soon eth0 51 v4", "life 1 2", "granted 1", "handed eth0")) {
      assertThatThrownBy(() -> LastWord.read(line)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
