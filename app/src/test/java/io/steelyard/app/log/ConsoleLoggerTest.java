package io.steelyard.app.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

final class ConsoleLoggerTest {
  @Test
  void a_whole_second_has_milliseconds_too() {
    assertThat(ConsoleLogger.time(Instant.ofEpochSecond(0))).isEqualTo("1970-01-01T00:00:00.000Z");
    assertThat(ConsoleLogger.time(Instant.ofEpochSecond(0, 7_654_321)))
        .isEqualTo("1970-01-01T00:00:00.007Z");
  }
}
