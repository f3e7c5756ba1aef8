package io.steelyard.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.steelyard.config.Address;
import io.steelyard.config.ServerConfig;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What one process knows of its servers, as text for the next. */
final class InheritanceTest {
  private static final String TEXT =
      """
      {"servers": [{"pool": "app", "server": "a", "address": "/127.0.0.1:80", "wish": "DRAIN", \
      "score": 1, "rise": 2, "fall": 3, "known": true, "weight": 7, "configured": 1, \
      "mood": "of a later version"}], "secret": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA==", \
      "found": {"app": [{"name": "a@n", "host": "::1", "port": 80, "weight": 3, \
      "max-connections": 0, "backup": true, "zone": "", "age": 1}, {"name": "b", \
      "path": "/b.sock", "weight": 1, "max-connections": 5, "backup": false, "zone": "z"}]}}
      """;

  @Test
  void what_is_read_is_written_again_and_fields_of_later_versions_are_passed_over() {
    Inheritance read = Inheritance.read(TEXT);
    assertThat(read.weights().given()).hasSize(1);
    assertThat(read.secret()).isPresent();
    String written = read.text();
    assertThat(written)
        .contains("\"wish\":\"DRAIN\"", "\"score\":1", "\"weight\":7", "\"secret\":\"c2VjcmV0")
        .doesNotContain("mood");
    assertThat(Inheritance.read(written).text()).isEqualTo(written);
    assertThat(Inheritance.read(Inheritance.NONE.text()).secret()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"servers\": 1}",
        "{\"servers\": [1]}",
        "{\"servers\": [{}]}",
        "{\"servers\": [], \"secret\": \"*\"}",
        "{\"servers\": [], \"found\": {\"app\": [{}]}}",
        "{\"servers\": [], \"found\": {\"app\": {}}}",
      })
  void what_is_something_else_is_refused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Inheritance.read(text));
  }

  @Test
  void servers_that_were_found_are_read_as_they_were_written() {
    assertThat(Inheritance.read(Inheritance.read(TEXT).text()).found())
        .containsOnlyKeys("app")
        .containsEntry(
            "app",
            List.of(
                new ServerConfig("a@n", new Address.Tcp("::1", 80), 3, 0, true, ""),
                new ServerConfig("b", new Address.Unix("/b.sock"), 1, 5, false, "z")));
    assertThat(Inheritance.read("{\"servers\": []}").found()).as("of an older version").isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "::1, a.example",
    "::1, ''",
    "'port\": 80', 'port\": 65536'",
    "'weight\": 3', 'weight\": 257'",
    "'weight\": 3', 'weight\": -1'",
    "'max-connections\": 0', 'max-connections\": 4294967296'",
  })
  void a_server_that_cannot_be_is_refused(String good, String bad) {
    assertThat(TEXT).contains(good);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Inheritance.read(TEXT.replace(good, bad)));
  }

  @Test
  void a_verdict_that_cannot_be_is_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Inheritance.read(TEXT.replace("\"score\": 1", "\"score\": 9")));
  }
}
