package io.steelyard.control.discovery.source;

import static io.steelyard.testkit.FakeConsulHealth.instance;
import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.config.Address;
import io.steelyard.config.DiscoverConfig.Limits;
import io.steelyard.config.DiscoverConfig.Source;
import io.steelyard.config.Secret;
import io.steelyard.config.ServerConfig;
import io.steelyard.control.discovery.Answer;
import io.steelyard.control.discovery.ServerSource;
import io.steelyard.testkit.Eventually;
import io.steelyard.testkit.FakeConsulHealth;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against what Consul documents of its catalogue: no agent can be installed here. */
@Timeout(30)
final class ConsulSourceTest {
  private FakeConsulHealth consul;
  private ServerSource source;

  @BeforeEach
  void start() throws IOException {
    consul = new FakeConsulHealth();
    source =
        ConsulSource.of(
            new Source.Consul(
                "shop",
                new Address.Tcp("127.0.0.1", consul.port()),
                "v 2",
                Optional.of(Secret.of("s3cret")),
                "dc1"),
            new Limits(Duration.ofMillis(100), Duration.ofSeconds(20), 3, 0));
  }

  @AfterEach
  void stop() throws IOException {
    source.close();
    consul.close();
  }

  private static List<String> names(Answer answer) {
    assertThat(answer).isInstanceOf(Answer.Found.class);
    return ((Answer.Found) answer).servers().stream().map(ServerConfig::name).toList();
  }

  @Test
  void instances_that_pass_are_servers_and_a_change_is_waited_for() throws Exception {
    consul.has(instance("n2", "shop", "10.0.0.2", 80), instance("n1", "shop", "", 81));
    Answer first = source.ask();
    assertThat(names(first)).containsExactly("shop@n1", "shop@n2");
    assertThat(((Answer.Found) first).servers().toString())
        .contains("address=127.0.0.9:81, weight=4", "address=10.0.0.2:80, weight=4");
    assertThat(consul.requests().getFirst())
        .contains("GET /v1/health/service/shop?passing=true&tag=v%202&dc=dc1 ")
        .contains("X-Consul-Token: s3cret");

    FutureTask<Answer> next = new FutureTask<>(source::ask);
    Thread.ofVirtual().start(next);
    Eventually.holds("it waits", () -> consul.requests().size() == 2);
    assertThat(consul.requests().get(1)).contains("&index=11&wait=20000ms");
    assertThat(next.isDone()).isFalse();
    consul.has(instance("n3", "shop-1", "10.0.0.3", 80));
    assertThat(names(next.get())).containsExactly("shop-1@n3");
  }

  @Test
  void no_instance_too_many_and_what_is_no_answer_take_nothing_away() throws Exception {
    assertThat(source.ask()).isInstanceOf(Answer.Nothing.class);
    String one = instance("n", "a", "10.0.0.1", 80);
    consul.has(one, one, one, one);
    assertThat(source.ask()).isEqualTo(new Answer.TooMany(4));
    List<String> broken =
        List.of("", "{}", "[{}]", "[1]", "[{\"Node\":{},\"Service\":{}}]", "[" + one, "null");
    for (int i = 0; i < broken.size(); i++) {
      consul.answers(200, 20 + i, broken.get(i));
      assertThat(source.ask()).as(broken.get(i)).isInstanceOf(Answer.Failed.class);
    }
    consul.has(instance("n", "a", "10.0.0.1", 0));
    assertThat(((Answer.Failed) source.ask()).why()).contains("a@n has no port");
    consul.answers(403, 40, "ACL not found");
    assertThat(((Answer.Failed) source.ask()).why())
        .contains("consul at 127.0.0.1:", "403 ACL not found")
        .doesNotContain("s3cret");
    consul.close();
    Eventually.holds("it is away", () -> source.ask() instanceof Answer.Failed);
  }

  @Test
  void an_instance_that_cannot_be_used_is_left_out_and_the_others_are_servers() throws Exception {
    consul.has(
        instance("n1", "a", "10.0.0.1", 80),
        instance("n2", "a", "10.0.0.2", 0),
        instance("n3", "a", "no address", 80));
    Answer.Found found = (Answer.Found) source.ask();
    assertThat(names(found)).containsExactly("a@n1");
    assertThat(found.lack()).isEqualTo("2 left out, since a@n2 has no port");
    assertThat(found.unclear().has("a@n2")).as("it does not stay, either").isFalse();
    assertThat(found.ttl()).as("a change is waited for").isEmpty();
  }

  @Test
  void of_those_whose_names_are_not_known_now_only_those_that_are_listed_stay() throws Exception {
    consul.has(
        instance("n1", "a", "10.0.0.1", 80), instance("n2", "a", "no-such-name.invalid", 80));
    Answer.Found found = (Answer.Found) source.ask();
    assertThat(names(found)).containsExactly("a@n1");
    assertThat(found.lack()).contains("no-such-name.invalid:80 is not known");
    assertThat(found.unclear().has("a@n2")).isTrue();
    assertThat(found.unclear().has("gone@n9")).isFalse();
    assertThat(found.ttl()).as("it is asked again").isPresent();
  }

  @Test
  void an_index_that_goes_back_or_is_none_begins_from_nothing() {
    ConsulIndex index = new ConsulIndex();
    index.answered(Optional.of("12"));
    assertThat(index.next()).isEqualTo(12);
    index.answered(Optional.of("11"));
    assertThat(index.next()).isZero();
    index.answered(Optional.of("11"));
    assertThat(index.next()).isEqualTo(11);
    index.answered(Optional.empty());
    assertThat(index.next()).isZero();
    index.answered(Optional.of("-5"));
    assertThat(index.next()).isZero();
    index.answered(Optional.of("many"));
    assertThat(index.next()).isZero();
  }

  @Test
  void a_catalogue_that_changes_all_the_time_is_asked_at_a_bounded_rate() {
    TokenBucket bucket = new TokenBucket(5, 1000, 0);
    for (int i = 0; i < 5; i++) {
      assertThat(bucket.takeNs(0)).isZero();
    }
    assertThat(bucket.takeNs(0)).isEqualTo(1000);
    assertThat(bucket.takeNs(1000)).isEqualTo(1000);
    assertThat(bucket.takeNs(10_000)).isZero();
  }
}
