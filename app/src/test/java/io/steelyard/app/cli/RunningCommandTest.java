package io.steelyard.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class RunningCommandTest {
  private static List<String> words(String text) {
    return List.of(text.split(" "));
  }

  @Test
  void what_a_process_serves_stands_behind_run() {
    String java = "java -Xmx1g -jar /opt/steelyard/lib/steelyard.jar ";
    assertThat(RunningCommand.source(words(java + "run node.yaml"))).contains("node.yaml");
    assertThat(RunningCommand.source(words(java + "run --threads 1 --take-over a/node.yaml")))
        .contains("a/node.yaml");
    assertThat(RunningCommand.source(words(java + "run etcd://10.0.0.21/lb")))
        .contains("etcd://10.0.0.21/lb");
    assertThat(RunningCommand.source(words(java + "run"))).contains(RunCommand.DEFAULT_FILE);
    assertThat(RunningCommand.source(words(java + "demo"))).isEmpty();
    assertThat(RunningCommand.source(words(java + "run --no-such-option x"))).isEmpty();
  }

  @Test
  void a_process_that_is_not_there_serves_nothing() {
    assertThat(RunningCommand.source(-1)).isEmpty();
  }
}
