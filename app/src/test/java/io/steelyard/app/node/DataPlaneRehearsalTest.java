package io.steelyard.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DataPlaneRehearsalTest {
  private static Set<String> loops() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.isAlive() && thread.getName().startsWith("loop"))
        .map(Thread::getName)
        .collect(Collectors.toSet());
  }

  @ParameterizedTest
  @ValueSource(strings = {"io_uring", "epoll"})
  void a_data_plane_of_its_own_answers_all_its_requests_and_is_gone_afterwards(String transport)
      throws Exception {
    Set<String> before = loops();
    assertThat(DataPlaneRehearsal.run(transport)).isEqualTo(DataPlaneRehearsal.REQUESTS);
    assertThat(loops()).isEqualTo(before);
  }
}
