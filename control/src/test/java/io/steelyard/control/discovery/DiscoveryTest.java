package io.steelyard.control.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.config.Config;
import io.steelyard.config.ConfigException;
import io.steelyard.config.ConfigParser;
import io.steelyard.config.DiscoverConfig;
import io.steelyard.config.ServerConfig;
import io.steelyard.testkit.Eventually;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is asked for servers, and what becomes of the answers; the sources are the test's. */
@Timeout(30)
final class DiscoveryTest {
  private final Map<String, BlockingQueue<Answer>> answers = new ConcurrentHashMap<>();
  private final List<String> opened = Collections.synchronizedList(new ArrayList<>());
  private final List<String> closed = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger published = new AtomicInteger();
  private final AtomicInteger told = new AtomicInteger();

  /** A permit for each time that changes have settled. */
  private final Semaphore settled = new Semaphore(0);

  private final Discovery discovery =
      new Discovery(
          this::open,
          (_, _, _, _) -> told.incrementAndGet(),
          InstantSource.system(),
          new SplittableRandom(1),
          published::incrementAndGet,
          settled::acquire);

  @AfterEach
  void close() {
    discovery.close();
  }

  private BlockingQueue<Answer> queue(String source) {
    return answers.computeIfAbsent(source, _ -> new LinkedBlockingQueue<>());
  }

  private ServerSource open(DiscoverConfig config) {
    String name = config.source().toString();
    opened.add(name);
    return new ServerSource() {
      @Override
      public Answer ask() throws InterruptedException {
        return queue(name).take();
      }

      @Override
      public void close() {
        closed.add(name);
      }
    };
  }

  private static Answer found(String... names) {
    List<ServerConfig> servers = List.of(names).stream().map(KnowledgeTest::server).toList();
    return new Answer.Found(servers, Optional.empty(), "");
  }

  private static Config config(String pool) throws ConfigException {
    String yaml =
        "listeners: {web: {address: ':80', pool: app}}\npools: {app: %s}\n".formatted(pool);
    return ConfigParser.parse("test.yaml", yaml.getBytes(StandardCharsets.UTF_8));
  }

  private void serve(Config config) throws InterruptedException {
    try (Discovery.Plan plan = discovery.plan(config)) {
      plan.commit();
    }
  }

  private List<String> names(Config config) {
    return discovery.fill(config).pools().getFirst().servers().stream()
        .map(ServerConfig::name)
        .toList();
  }

  @Test
  void a_configuration_that_discovers_nothing_is_left_as_it_is() throws Exception {
    Config config = config("{servers: ['127.0.0.1:1']}");
    serve(config);
    assertThat(discovery.fill(config)).isSameAs(config);
    assertThat(opened).isEmpty();
    assertThat(discovery.status("app")).isEmpty();
  }

  @Test
  void the_first_answer_is_waited_for_and_later_ones_are_published_together() throws Exception {
    Config config = config("{servers: ['127.0.0.1:1'], discover: {dns: a.example, port: 80}}");
    BlockingQueue<Answer> queue = queue("dns a.example:80");
    queue.add(found("x"));
    serve(config);
    assertThat(names(config)).containsExactly("127.0.0.1:1", "x");
    settled.release();
    Eventually.holds("what came meanwhile is looked at", () -> published.get() == 1);

    List.of(found("x", "y"), found("x", "y", "z"), found("y", "z")).forEach(queue::add);
    Eventually.holds("all are taken", () -> told.get() == 4);
    settled.release();
    Eventually.holds("they are published", () -> published.get() == 2);
    assertThat(names(config)).containsExactly("127.0.0.1:1", "y", "z");

    queue.add(found("y", "z"));
    queue.add(new Answer.Failed("away"));
    queue.add(new Answer.Failed("away"));
    Eventually.holds("all are told, and what came of the first two", () -> told.get() == 7);
    assertThat(settled.hasQueuedThreads()).as("something waits to be published").isFalse();
    assertThat(published).hasValue(2);
    assertThat(discovery.status("app").orElseThrow().knowledge().trouble()).isEqualTo("away");
  }

  @Test
  void a_source_that_does_not_answer_holds_up_a_start_for_a_second() throws Exception {
    long beganNs = System.nanoTime();
    Config config = config("{discover: {dns: a.example, port: 80}}");
    serve(config);
    Duration took = Duration.ofNanos(System.nanoTime() - beganNs);
    assertThat(took).isGreaterThan(Duration.ofMillis(900));
    assertThat(names(config)).isEmpty();
    queue("dns a.example:80").add(found("x"));
    Eventually.holds("it joins", () -> names(config).equals(List.of("x")));
  }

  @Test
  void what_is_configured_as_before_goes_on_and_what_is_not_any_more_ends() throws Exception {
    String source = "dns a.example:80";
    queue(source).add(found("x"));
    serve(config("{discover: {dns: a.example, port: 80}}"));
    Config same = config("{balance: random, discover: {dns: a.example, port: 80}}");
    serve(same);
    assertThat(opened).containsExactly(source);
    assertThat(names(same)).containsExactly("x");

    Config other = config("{discover: {dns: b.example, port: 80}}");
    serve(other);
    assertThat(names(other)).as("until the first answer").containsExactly("x");
    Eventually.holds("the former one has ended", () -> closed.equals(List.of(source)));
    queue("dns b.example:80").add(found("y"));
    Eventually.holds("the new ones", () -> names(other).equals(List.of("y")));

    Config none = config("{servers: ['127.0.0.1:1']}");
    serve(none);
    Eventually.holds("both have ended", () -> closed.size() == 2);
    assertThat(names(none)).containsExactly("127.0.0.1:1");
  }

  @Test
  void what_another_process_had_found_serves_until_the_first_answer() throws Exception {
    discovery.inherit(
        Map.of(
            "app",
            List.of(
                KnowledgeTest.server("x"), KnowledgeTest.server("y"), KnowledgeTest.server("z")),
            "gone",
            List.of(KnowledgeTest.server("w"))));
    Config config =
        config("{discover: {dns: a.example, port: 80, servers-max: 2, max-connections: 7}}");
    queue("dns a.example:80").add(new Answer.Failed("away"));
    serve(config);
    assertThat(names(config)).as("no more than are allowed here").containsExactly("x", "y");
    assertThat(discovery.fill(config).pools().getFirst().servers())
        .allMatch(server -> server.maxConnections() == 7);
    assertThat(discovery.found()).containsOnlyKeys("app");
    queue("dns a.example:80").add(found("n"));
    Eventually.holds("the source has answered", () -> names(config).equals(List.of("n")));

    Config none = config("{servers: ['127.0.0.1:1']}");
    serve(none);
    queue("dns a.example:80").add(new Answer.Failed("away"));
    serve(config);
    assertThat(names(config)).as("only at the beginning").isEmpty();
  }

  @Test
  void nothing_is_left_of_a_plan_that_is_not_carried_out() throws Exception {
    queue("dns a.example:80").add(found("x"));
    Config served = config("{discover: {dns: a.example, port: 80}}");
    serve(served);
    queue("dns b.example:80").add(found("y"));
    try (Discovery.Plan refused =
        discovery.plan(config("{discover: {dns: b.example, port: 80}}"))) {
      assertThat(refused.fill(served).pools().getFirst().servers()).hasSize(1);
    }
    assertThat(closed).containsExactly("dns b.example:80");
    assertThat(names(served)).containsExactly("x");
  }

  @Test
  void a_defect_of_a_source_is_a_failure_and_not_its_end() throws Exception {
    Config config = config("{discover: {dns: a.example, port: 80, interval-min: 100ms}}");
    AtomicInteger asked = new AtomicInteger();
    ServerSource broken =
        new ServerSource() {
          @Override
          public Answer ask() {
            if (asked.getAndIncrement() < 2) {
              throw new IllegalStateException("no sense in it");
            }
            return new Answer.Found(
                List.of(KnowledgeTest.server("x")), Optional.of(Duration.ofHours(1)), "");
          }

          @Override
          public void close() {}
        };
    try (Discovery careless =
        new Discovery(
            _ -> broken,
            (_, _, _, _) -> {},
            InstantSource.system(),
            new SplittableRandom(1),
            () -> {})) {
      try (Discovery.Plan plan = careless.plan(config)) {
        plan.commit();
      }
      Eventually.holds(
          "found", () -> careless.fill(config).pools().getFirst().servers().size() == 1);
    }
  }
}
