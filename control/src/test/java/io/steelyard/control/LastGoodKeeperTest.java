package io.steelyard.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.config.ConfigText;
import io.steelyard.control.shared.Edition;
import io.steelyard.control.shared.LastGood;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LastGoodKeeperTest {
  @TempDir private Path dir;

  @Test
  void what_was_given_last_is_kept_at_its_end() throws Exception {
    LastGood file = new LastGood(dir.resolve("last-good"));
    Edition last = null;
    try (LastGoodKeeper keeper = new LastGoodKeeper(file, "the store")) {
      for (int i = 0; i < 100; i++) {
        last =
            Edition.of(i, List.of(ConfigText.shared("s/config", "a: " + i)), List.of(), List.of());
        keeper.keep(last);
      }
    }
    assertThat(file.read()).contains(last);
  }

  @Test
  void where_it_cannot_be_kept_that_holds_up_nobody() {
    LastGood nowhere = new LastGood(dir.resolve("no/such/folder"));
    try (LastGoodKeeper keeper = new LastGoodKeeper(nowhere, "the store")) {
      keeper.keep(Edition.of(1, List.of(), List.of(), List.of()));
    }
    assertThat(dir.resolve("no")).doesNotExist();
  }
}
