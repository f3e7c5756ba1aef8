package io.steelyard.app.ha;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.steelyard.app.e2e.Scale;
import io.steelyard.testkit.netns.Lab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes with one virtual address and {@code quorum: nodes}: never two owners. */
final class QuorumLauncherTest {
  private static final int ROUNDS = Scale.of(1, 5);
  private static final int TOLERANCE = Scale.of(4, 1);

  @TempDir private static Path dir;

  private static Site site;
  private static Table table;

  @BeforeAll
  static void build() {
    assumeTrue(Lab.impediment().isEmpty(), () -> Lab.impediment().orElseThrow());
    site = new Site(3);
    table = new Table();
    table.begin("Steelyard, three nodes, `quorum: nodes`");
  }

  @AfterAll
  static void remove() {
    if (site != null) {
      site.close();
      System.out.println(table.text());
    }
  }

  private static void hasOneOwner(Row row) throws IOException {
    Path own = Files.createTempDirectory(dir, "row");
    SteelyardPeer peer = new SteelyardPeer(own, site, "100ms", "nodes");
    List<Result> results = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      results.add(Round.play(site, peer, row));
    }
    Result.Summary summary = Result.summary(results);
    List<String> missed = Bar.withQuorum(row).missed(summary, TOLERANCE);
    table.add(row, summary, missed);
    assertThat(missed).as(results.toString()).isEmpty();
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
