package io.steelyard.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.config.Address;
import io.steelyard.config.ServerConfig;
import io.steelyard.control.discovery.Knowledge;
import io.steelyard.control.discovery.Knowledge.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is said of answers: when it begins, when it changes, and when it ends. */
final class FoundServersTest {
  private static final String KNOWN = "the servers that are known stay";

  private final Events events = new Events(() -> Instant.EPOCH, 100);
  private final FoundServers found = new FoundServers(events);
  private Knowledge now = knowledge(Optional.empty(), "", "a");
  private long read;

  private static Knowledge knowledge(Optional<Result> last, String trouble, String... names) {
    List<ServerConfig> servers =
        List.of(names).stream()
            .map(name -> new ServerConfig(name, new Address.Tcp("::1", 1), 1, 0, false, ""))
            .toList();
    return new Knowledge(
        servers, last, trouble, 0, Optional.empty(), Optional.empty(), Duration.ZERO);
  }

  private List<String> said(Result result, String trouble, String... names) {
    Knowledge next = knowledge(Optional.of(result), trouble, names);
    found.asked("app", "dns x", now, next);
    now = next;
    List<Event> news = events.since(read);
    read = events.latest();
    return news.stream().map(Event::text).toList();
  }

  @Test
  void a_failure_is_said_once_and_its_end_too() {
    assertThat(said(Result.FOUND, "", "a")).isEmpty();
    assertThat(said(Result.FAILED, "away", "a")).containsExactly("pool app: away; " + KNOWN);
    assertThat(said(Result.FAILED, "still away", "a")).isEmpty();
    assertThat(said(Result.NOTHING, "no name", "a")).isEmpty();
    assertThat(said(Result.FOUND, "", "a")).containsExactly("pool app: dns x answers again");
  }

  @Test
  void a_partial_answer_after_a_failure_is_said_with_what_is_left_out() {
    assertThat(said(Result.NOTHING, "none", "a")).hasSize(1);
    assertThat(said(Result.PARTIAL, "2 left out", "a"))
        .containsExactly(
            "pool app: dns x answers again",
            "pool app: 2 left out; the servers that are found are used");
    assertThat(said(Result.PARTIAL, "2 left out", "a")).isEmpty();
    assertThat(said(Result.PARTIAL, "3 left out", "a"))
        .containsExactly("pool app: 3 left out; the servers that are found are used");
    assertThat(said(Result.FAILED, "away", "a")).containsExactly("pool app: away; " + KNOWN);
  }

  @Test
  void servers_that_nobody_knows_are_not_said_to_stay() {
    now = knowledge(Optional.empty(), "");
    assertThat(said(Result.FAILED, "away")).containsExactly("pool app: away; no server is known");
  }
}
