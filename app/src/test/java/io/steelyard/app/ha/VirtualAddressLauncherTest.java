package io.steelyard.app.ha;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes with one virtual address: what clients notice when its owner fails or goes. */
final class VirtualAddressLauncherTest {
  @TempDir private static Path dir;

  private static Stage stage;

  @BeforeAll
  static void build() {
    stage = Stage.open(dir, "Steelyard", "none", 2);
  }

  @AfterAll
  static void remove() {
    if (stage != null) {
      stage.close();
    }
  }

  private static void keepsToItsBar(Row row, int advertiseMs) throws IOException {
    stage.play(row, advertiseMs, Bar.of(row, advertiseMs));
  }

  @Test
  void another_node_takes_over_within_three_adverts_when_the_owner_is_cut_off() throws Exception {
    keepsToItsBar(Row.CUT_OFF, 100);
  }

  @Test
  @EnabledIfSystemProperty(named = "steelyard.long", matches = "true")
  void another_node_takes_over_sooner_when_adverts_are_more_frequent() throws Exception {
    keepsToItsBar(Row.CUT_OFF, 30);
  }

  @Test
  void another_node_takes_over_at_once_when_the_owner_is_killed() throws Exception {
    keepsToItsBar(Row.SIGKILL, 100);
  }

  @Test
  void a_pause_of_two_hundred_milliseconds_moves_nothing() throws Exception {
    keepsToItsBar(Row.PAUSE, 100);
  }

  @Test
  void no_request_fails_and_no_address_moves_when_a_new_process_takes_over() throws Exception {
    keepsToItsBar(Row.TAKE_OVER, 100);
  }

  @Test
  void no_request_fails_when_the_owner_is_told_to_stop() throws Exception {
    keepsToItsBar(Row.SIGTERM, 100);
  }

  @Test
  void one_owner_is_left_soon_after_two_nodes_hear_each_other_again() throws Exception {
    keepsToItsBar(Row.PARTITION, 100);
  }
}
