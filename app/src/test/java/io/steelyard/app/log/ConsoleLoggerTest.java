package io.steelyard.app.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The lines of the log. */
final class ConsoleLoggerTest {
  @Test
  void values_stand_where_their_numbers_stood() {
    assertThat(ConsoleLogger.filled("{0} loops on {1}, {0}", 2, "epoll"))
        .isEqualTo("2 loops on epoll, 2");
    assertThat(ConsoleLogger.filled("it's {0}", 1000)).isEqualTo("it's 1000");
    assertThat(ConsoleLogger.filled("{0} and {2} {", "{1}", "b")).isEqualTo("{1} and {2} {");
  }
}
