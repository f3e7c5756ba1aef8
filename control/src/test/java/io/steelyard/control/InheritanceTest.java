package io.steelyard.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one process knows of its servers, as text for the next. */
final class InheritanceTest {
  private static final String TEXT =
      """
      {"servers": [{"pool": "app", "server": "a", "address": "/127.0.0.1:80", "wish": "DRAIN", \
      "score": 1, "rise": 2, "fall": 3, "known": true, "weight": 7, "configured": 1, \
      "mood": "of a later version"}], "secret": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA=="}
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
        "{\"servers\": [], \"secret\": \"*\"}"
      })
  void what_is_something_else_is_refused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Inheritance.read(text));
  }

  @Test
  void a_verdict_that_cannot_be_is_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Inheritance.read(TEXT.replace("\"score\": 1", "\"score\": 9")));
  }
}
