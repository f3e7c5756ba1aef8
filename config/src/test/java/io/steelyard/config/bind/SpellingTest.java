package io.steelyard.config.bind;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SpellingTest {
  @ParameterizedTest
  @CsvSource({
    "'', '', 0",
    "'', abc, 3",
    "abc, abc, 0",
    "adress, address, 1",
    "htpt, http, 1",
    "balnace, balance, 1",
    "ca, abc, 3",
    "kitten, sitting, 3",
    "abcdefgh, efgh, 4",
    "abcdefgh, zyxwvuts, 4"
  })
  void a_distance_counts_insertions_deletions_substitutions_and_swaps_up_to_a_limit(
      String a, String b, int d) {
    assertThat(Spelling.distance(a, b, 3)).isEqualTo(d);
    assertThat(Spelling.distance(b, a, 3)).isEqualTo(d);
  }

  @Test
  void the_nearest_word_is_found_in_any_case_and_with_underscores() {
    List<String> known = List.of("access-log", "address", "tcp");
    assertThat(Spelling.nearest("ACCESS_LOG", known)).contains("access-log");
    assertThat(Spelling.nearest("accesslog", known)).contains("access-log");
    assertThat(Spelling.nearest("tpc", known)).contains("tcp");
  }

  @ParameterizedTest
  @CsvSource({
    "addr, address",
    "addrs, address",
    "max-conn, max-connections",
    "maxconn, max-connections",
    "least-conn, least-connections",
    "leastconn, least-connections",
    "least_conns, least-connections",
    "resp, response",
    "time, timeouts"
  })
  void an_abbreviation_finds_its_word(String word, String meant) {
    List<String> known =
        List.of("address", "max-connections", "least-connections", "response", "timeouts", "tcp");
    assertThat(Spelling.nearest(word, known)).contains(meant);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tls", "conn", "a", "rest", "trust", "addition", "maximum", "weighted"})
  void an_unrelated_or_ambiguous_word_is_no_abbreviation(String word) {
    List<String> known =
        List.of(
            "address",
            "max-connections",
            "least-connections",
            "timeouts",
            "weighted-round-robin",
            "weighted-least-connections");
    assertThat(Spelling.nearest(word, known)).isEmpty();
  }

  @Test
  void a_word_that_is_far_from_all_gets_no_hint() {
    assertThat(Spelling.nearest("udp", List.of("tcp"))).isEmpty();
    assertThat(Spelling.nearest("colour", List.of("address", "pool"))).isEmpty();
    assertThat(Spelling.nearest("x".repeat(1000), List.of("x".repeat(999)))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "redis://me:hunter2@h:1/0, redis://***@h:1/0",
    "x://hunter2@, x://***@",
    "x://a/hunt@er2@h, x://***@h",
    "x://h/a, x://h/a",
    "me@h, me@h",
    "a@x://h, a@x://h"
  })
  void what_stands_before_the_host_of_a_url_is_not_quoted(String url, String quoted) {
    assertThat(Spelling.quotable(url)).isEqualTo(quoted);
  }

  @Test
  void a_long_list_is_cut_short() {
    List<String> words = IntStream.range(0, 30).mapToObj(i -> "w" + i).toList();
    assertThat(Spelling.list(words)).endsWith("w23 and 6 more");
  }
}
