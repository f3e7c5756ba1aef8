package io.steelyard.app.ha;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes with one virtual address and {@code quorum: nodes}: never two owners. */
final class QuorumLauncherTest {
  @TempDir private static Path dir;

  private static Stage stage;

  @BeforeAll
  static void build() {
    stage = Stage.open(dir, "Steelyard, three nodes, `quorum: nodes`", "nodes", 3);
  }

  @AfterAll
  static void remove() {
    if (stage != null) {
      stage.close();
    }
  }

  private static void hasOneOwner(Row row) throws IOException {
    stage.play(row, 100, Bar.withQuorum(row));
  }

  @Test
  void an_owner_that_is_cut_off_gives_up_before_another_one_takes() throws Exception {
    hasOneOwner(Row.CUT_OFF);
  }

  @Test
  void an_owner_that_its_heir_cannot_hear_stays_the_only_one() throws Exception {
    hasOneOwner(Row.PARTITION);
  }

  @Test
  void an_owner_that_is_stopped_for_seconds_is_no_owner_when_it_awakes() throws Exception {
    hasOneOwner(Row.LONG_PAUSE);
  }

  @Test
  void a_new_process_goes_on_with_the_leases_of_the_one_that_it_takes_over_from() throws Exception {
    hasOneOwner(Row.TAKE_OVER);
  }
}
