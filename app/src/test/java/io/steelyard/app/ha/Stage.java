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

/** Where tests play rows of the table and compare them with their bars; prints the table. */
final class Stage implements AutoCloseable {
  private static final int ROUNDS = Scale.of(1, 5);
  private static final int TOLERANCE = Scale.of(4, 1);

  private final Path dir;
  private final String quorum;
  private final Site site;
  private final Table table = new Table();

  private Stage(Path dir, String quorum, int balancers) {
    this.dir = dir;
    this.quorum = quorum;
    this.site = new Site(balancers);
  }

  /** Skips the test where there can be no lab. */
  static Stage open(Path dir, String title, String quorum, int balancers) {
    assumeTrue(Lab.impediment().isEmpty(), () -> Lab.impediment().orElseThrow());
    Stage stage = new Stage(dir, quorum, balancers);
    stage.table.begin(title);
    return stage;
  }

  /** Fails if the row does not keep to the bar. */
  void play(Row row, int advertiseMs, Bar bar) throws IOException {
    Path own = Files.createTempDirectory(dir, "row");
    SteelyardPeer peer = new SteelyardPeer(own, site, advertiseMs + "ms", quorum);
    List<Result> results = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      results.add(Round.play(site, peer, row));
    }
    Result.Summary summary = Result.summary(results);
    List<String> missed = bar.missed(summary, TOLERANCE);
    table.add(row, summary, missed);
    assertThat(missed).as(results.toString()).isEmpty();
  }

  @Override
  public void close() {
    site.close();
    System.out.println(table.text());
  }
}
