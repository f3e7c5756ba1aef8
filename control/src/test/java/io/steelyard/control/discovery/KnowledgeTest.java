package io.steelyard.control.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.config.Address;
import io.steelyard.config.DiscoverConfig.Limits;
import io.steelyard.config.ServerConfig;
import io.steelyard.control.discovery.Knowledge.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What answers make of what is known; time and chance are the test's. */
final class KnowledgeTest {
  private static final Limits LIMITS =
      new Limits(Duration.ofSeconds(1), Duration.ofMinutes(5), 3, 0);
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  /** Exactly in the middle: no jitter. */
  private static final RandomGenerator MIDDLE =
      new RandomGenerator() {
        @Override
        public long nextLong() {
          return 0;
        }

        @Override
        public double nextDouble() {
          return 0.5;
        }
      };

  static ServerConfig server(String name) {
    return new ServerConfig(name, new Address.Tcp("10.0.0.1", 80), 1, 0, false, "");
  }

  private static List<ServerConfig> servers(String... names) {
    return List.of(names).stream().map(KnowledgeTest::server).toList();
  }

  private static Answer found(long ttlS, String... names) {
    return new Answer.Found(servers(names), Optional.of(Duration.ofSeconds(ttlS)), "");
  }

  private static Knowledge after(Knowledge before, Answer answer) {
    return before.after(answer, LIMITS, START, MIDDLE);
  }

  private static final Knowledge KNOWN = after(Knowledge.before(List.of()), found(30, "a", "b"));

  @Test
  void an_answer_replaces_what_was_known_and_holds_for_its_ttl() {
    assertThat(KNOWN.servers()).isEqualTo(servers("a", "b"));
    assertThat(KNOWN.last()).contains(Result.FOUND);
    assertThat(KNOWN.nextAt()).contains(START.plusSeconds(30));
    Knowledge next = after(KNOWN, found(30, "b", "c"));
    assertThat(next.without(KNOWN)).isEqualTo(servers("c"));
    assertThat(KNOWN.without(next)).isEqualTo(servers("a"));
  }

  @Test
  void a_ttl_is_bounded_and_no_two_nodes_ask_at_the_same_time() {
    assertThat(after(KNOWN, found(0, "a")).pause()).isEqualTo(Duration.ofSeconds(1));
    assertThat(after(KNOWN, found(86_400, "a")).pause()).isEqualTo(Duration.ofMinutes(5));
    RandomGenerator random = new SplittableRandom(1);
    List<Duration> pauses =
        IntStream.range(0, 1000)
            .mapToObj(_ -> KNOWN.after(found(10, "a"), LIMITS, START, random).pause())
            .toList();
    assertThat(pauses)
        .allMatch(p -> p.compareTo(Duration.ofSeconds(9)) >= 0)
        .allMatch(p -> p.compareTo(Duration.ofSeconds(11)) <= 0)
        .anyMatch(p -> p.compareTo(Duration.ofMillis(9200)) < 0)
        .anyMatch(p -> p.compareTo(Duration.ofMillis(10_800)) > 0);
  }

  @Test
  void failures_keep_what_is_known_and_are_repeated_less_and_less_often() {
    Knowledge now = KNOWN;
    long[] expectedS = {1, 2, 4, 8, 16, 30, 30};
    for (long second : expectedS) {
      now = after(now, new Answer.Failed("SERVFAIL"));
      assertThat(now.servers()).isEqualTo(KNOWN.servers());
      assertThat(now.pause()).isEqualTo(Duration.ofSeconds(second));
    }
    assertThat(now.trouble()).isEqualTo("SERVFAIL");
    assertThat(now.answeredAt()).contains(START);
    for (int i = 0; i < 100; i++) {
      now = after(now, new Answer.Failed("SERVFAIL"));
    }
    assertThat(now.pause()).isEqualTo(Duration.ofSeconds(30));
    now = after(now, found(10, "a"));
    assertThat(now.trouble()).isEmpty();
    assertThat(after(now, new Answer.Failed("x")).pause()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void while_no_server_is_known_a_source_is_asked_every_five_seconds_at_least() {
    Knowledge now = Knowledge.before(List.of());
    long[] expectedS = {1, 2, 4, 5, 5};
    for (long second : expectedS) {
      now = after(now, new Answer.Failed("SERVFAIL"));
      assertThat(now.pause()).isEqualTo(Duration.ofSeconds(second));
    }
  }

  @Test
  void that_there_is_nothing_wipes_no_pool() {
    Knowledge now =
        after(KNOWN, new Answer.Nothing("no such name", Optional.of(Duration.ofSeconds(60))));
    assertThat(now.servers()).isEqualTo(KNOWN.servers());
    assertThat(now.last()).contains(Result.NOTHING);
    assertThat(now.trouble()).isEqualTo("no such name");
    assertThat(now.pause()).isEqualTo(Duration.ofSeconds(60));
  }

  @Test
  void more_servers_than_are_allowed_are_refused_as_a_whole() {
    Knowledge now = after(KNOWN, found(30, "a", "b", "c", "d"));
    assertThat(now.servers()).isEqualTo(KNOWN.servers());
    assertThat(now.last()).contains(Result.REFUSED);
    assertThat(now.trouble()).contains("4 servers", "servers-max: 3");
    assertThat(after(KNOWN, new Answer.TooMany(9)).last()).contains(Result.REFUSED);
  }

  @Test
  void what_an_incomplete_answer_leaves_out_stays() {
    Knowledge now =
        after(
            KNOWN,
            new Answer.Found(servers("c"), Optional.of(Duration.ofSeconds(5)), "AAAA: SERVFAIL"));
    assertThat(now.servers()).isEqualTo(servers("c", "a", "b"));
    assertThat(now.last()).contains(Result.PARTIAL);
    assertThat(now.trouble()).isEqualTo("AAAA: SERVFAIL");
  }

  @Test
  void an_incomplete_answer_that_says_what_it_leaves_out_takes_away_what_it_does_not_list() {
    Answer.Unclear unclear = new Answer.Unclear.Servers(Set.of("b", "x"));
    Knowledge now =
        after(KNOWN, new Answer.Found(servers("c"), Optional.empty(), "no name b", unclear));
    assertThat(now.servers()).isEqualTo(servers("c", "b"));
    assertThat(now.last()).contains(Result.PARTIAL);
  }

  @Test
  void of_servers_with_the_same_name_the_first_counts() {
    assertThat(after(KNOWN, found(5, "a", "b", "a")).servers()).isEqualTo(servers("a", "b"));
  }

  @Test
  void a_source_that_waits_by_itself_is_asked_again_at_once() {
    Answer waits = new Answer.Found(servers("a"), Optional.empty(), "");
    assertThat(after(KNOWN, waits).pause()).isZero();
    assertThat(after(KNOWN, new Answer.Nothing("", Optional.empty())).pause()).isZero();
  }
}
