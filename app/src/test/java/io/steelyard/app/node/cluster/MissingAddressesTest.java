package io.steelyard.app.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.cluster.vip.VipId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whose doing it is that an address is missing. */
final class MissingAddressesTest {
  private static final VipId ONE = new VipId("eth0", 51, false);
  private static final VipId OTHER = new VipId("eth0", 52, false);
  private static final Set<VipId> OWNED = Set.of(ONE, OTHER);

  private final MissingAddresses missing = new MissingAddresses();
  private final Set<VipId> there = new HashSet<>(OWNED);

  private Set<VipId> look() {
    return missing.look(OWNED, there::contains);
  }

  @Test
  void what_is_missing_twice_was_deleted_and_counts_once() {
    assertThat(look()).isEmpty();
    there.remove(ONE);
    assertThat(look()).isEmpty();
    assertThat(missing.suspects()).isTrue();
    assertThat(look()).containsExactly(ONE);
    there.add(ONE);
    assertThat(look()).isEmpty();
    assertThat(missing.suspects()).isFalse();
  }

  @Test
  void an_owner_that_stood_still_does_not_take_again_what_its_guard_has_taken_away() {
    there.clear();
    assertThat(look()).isEmpty();
    // Its word comes only now: another node owns them by then.
    OWNED.forEach(missing::relieved);
    assertThat(look()).isEmpty();
    assertThat(missing.look(Set.of(), there::contains)).isEmpty();
    assertThat(missing.suspects()).isFalse();
  }

  @Test
  void what_comes_back_by_itself_was_not_deleted() {
    for (int i = 0; i < 3; i++) {
      there.remove(OTHER);
      assertThat(look()).as("look %d", i).isEmpty();
      there.add(OTHER);
      assertThat(look()).as("look %d", i).isEmpty();
    }
    assertThat(List.of(missing.suspects())).containsExactly(false);
  }
}
