package io.steelyard.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class QuickConfigTest {
  @Test
  void the_command_line_gives_what_the_same_file_gives() throws ConfigException {
    assertThat(QuickConfig.of(":8080", List.of("a:1", "[::1]:2"), "least-connections"))
        .isEqualTo(
            ConfigParser.parse(
                "same.yaml",
                """
                listeners: {web: {address: ":8080", pool: app}}
                pools:
                  app:
                    balance: least-connections
                    health: {tcp: true}
                    servers: [a:1, "[::1]:2"]
                """));
  }

  @Test
  void without_an_algorithm_it_is_the_default_one() throws ConfigException {
    assertThat(QuickConfig.of(":8080", List.of("a:1"), null))
        .isEqualTo(QuickConfig.of(":8080", List.of("a:1"), "round-robin"));
  }

  @Test
  void errors_name_the_option() {
    assertThatThrownBy(() -> QuickConfig.of("8080", List.of("a:1", "b", "a:1"), "lest-connections"))
        .isInstanceOf(ConfigException.class)
        .hasMessageMatching(
            """
            --from: expected .*, found '8080': a port alone is written ":8080"
            --to: expected .*, found 'b': the port is missing
            --to: 'a:1' is given twice
            --balance: expected one of .*, found 'lest-connections': did you mean 'least-connections'\\?\
            """);
    assertThatThrownBy(() -> QuickConfig.of(":8080", List.of(), ""))
        .hasMessage("--to: expected at least one server");
  }

  @Test
  void an_algorithm_that_needs_more_than_its_name_is_refused() {
    assertThatThrownBy(() -> QuickConfig.of(":8080", List.of("a:1"), "hash"))
        .hasMessage(
            "--balance: 'hash' needs a 'hash-key': header:NAME, cookie:NAME, query:NAME or path,"
                + " which takes a configuration file");
    assertThatThrownBy(() -> QuickConfig.of(":8080", List.of("a:1"), "custom-load"))
        .hasMessageStartingWith("--balance: 'custom-load' needs 'load': ");
  }

  @Test
  void the_admin_address_is_no_place_to_listen() {
    assertThatThrownBy(() -> QuickConfig.of("127.0.0.1:7700", List.of("a:1"), ""))
        .hasMessage("--from: '127.0.0.1:7700' overlaps the admin API's address '127.0.0.1:7700'");
  }
}
