package io.steelyard.control.shared;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.config.Config;
import io.steelyard.config.ConfigException;
import io.steelyard.config.ConfigParser;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LossGuardTest {
  private static Config with(String pool, int from, int to) throws ConfigException {
    String servers =
        IntStream.range(from, to)
            .mapToObj(i -> "\"10.0.0.1:" + (i + 1) + '"')
            .collect(Collectors.joining(", "));
    return ConfigParser.parse(
        "site",
        """
        listeners: {web: {address: ":80", pool: %s}}
        pools: {%s: {servers: [%s]}}
        """
            .formatted(pool, pool, servers));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, false",
    "2, 1, false",
    "3, 2, false",
    "3, 1, true",
    "4, 2, false",
    "4, 1, true",
    "10, 5, false",
    "10, 4, true",
    "2, 9, false"
  })
  void more_than_half_at_once_is_a_loss(int before, int after, boolean loss) throws Exception {
    assertThat(LossGuard.losses(with("app", 0, before), with("app", 0, after)).isEmpty())
        .isEqualTo(!loss);
  }

  @Test
  void servers_that_are_replaced_are_not_lost() throws Exception {
    assertThat(LossGuard.losses(with("app", 0, 4), with("app", 4, 8))).isEmpty();
  }

  @Test
  void a_pool_that_is_called_otherwise_is_lost_if_most_of_its_servers_are() throws Exception {
    assertThat(LossGuard.losses(with("app", 0, 4), with("other", 0, 4))).isEmpty();
    assertThat(LossGuard.losses(with("app", 0, 4), with("other", 0, 1)))
        .containsExactly("3 of all 4 servers would be lost at once");
  }

  @Test
  void it_is_said_which_and_how_much() throws Exception {
    assertThat(LossGuard.losses(with("app", 0, 4), with("app", 0, 1)))
        .containsExactly("pool 'app' would lose 3 of its 4 servers at once");
  }
}
