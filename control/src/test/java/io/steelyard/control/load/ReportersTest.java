package io.steelyard.control.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.control.check.ScriptedPeer;
import io.steelyard.control.check.TinyServer;
import io.steelyard.control.load.LoadTarget.Question;
import io.steelyard.core.health.Health;
import io.steelyard.core.health.Standing;
import io.steelyard.core.health.Wish;
import io.steelyard.core.server.PoolState;
import io.steelyard.core.server.ServerId;
import io.steelyard.core.server.ServerState;
import io.steelyard.core.snapshot.ProxyProtocol;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ReportersTest {
  private static final Duration OFTEN = Duration.ofMillis(5);
  private static final Duration EXPIRE = Duration.ofSeconds(10);

  private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
  private final AtomicLong nowNs = new AtomicLong(1_000);
  private final Reporters reporters =
      new Reporters(new Sayings(), nowNs::get, new SplittableRandom(1));
  private final ServerState state =
      new ServerState(
          new ServerId("app", "a"),
          new PoolState("app", 1),
          new Standing(Wish.SERVE, Health.unknown(1, 1)));

  @AfterEach
  void stop() {
    reporters.close();
  }

  /** An agent that says whatever the line is when it is asked. */
  private static ScriptedPeer sayingEachTime(AtomicReference<String> line) throws IOException {
    return ScriptedPeer.doing(
        (in, out) -> out.write(line.get().getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void a_line_of_an_agent_becomes_a_load_that_expires() throws Exception {
    try (ScriptedPeer agent = ScriptedPeer.saying("75%\n")) {
      ask(agent.address(), new Question.Agent());
      assertThat(next()).isEqualTo("taken");
      assertThat(state.report().at(nowNs.get())).isEqualTo(0.25);
      assertThat(state.report().at(nowNs.get() + EXPIRE.toNanos())).isEqualTo(0.25);
      assertThat(state.report().at(nowNs.get() + EXPIRE.toNanos() + 1)).isNegative();
    }
  }

  @Test
  void words_are_passed_on_and_hold_until_others_come() throws Exception {
    AtomicReference<String> line = new AtomicReference<>("drain # upgrade\n");
    try (ScriptedPeer agent = sayingEachTime(line)) {
      ask(agent.address(), new Question.Agent());
      assertThat(next()).isEqualTo("DRAIN 'drain # upgrade'");
      line.set("down\r\n");
      assertThat(nextOther("taken", "DRAIN 'drain # upgrade'")).isEqualTo("MAINTENANCE 'down'");
      line.set("up");
      assertThat(nextOther("taken", "MAINTENANCE 'down'")).isEqualTo("DRAIN 'up'");
      line.set("ready 50%\n");
      assertThat(nextOther("taken", "DRAIN 'up'")).isEqualTo("SERVE 'ready 50%'");
    }
  }

  @Test
  void a_server_of_which_nothing_is_left_drains_until_its_next_percentage() throws Exception {
    AtomicReference<String> line = new AtomicReference<>("0%\n");
    try (ScriptedPeer agent = sayingEachTime(line)) {
      ask(agent.address(), new Question.Agent());
      assertThat(next()).isEqualTo("DRAIN '0%'");
      line.set("up\n");
      assertThat(nextOther("taken", "DRAIN '0%'")).isEqualTo("DRAIN 'up'");
      line.set("50%\n");
      assertThat(nextOther("taken", "DRAIN 'up'")).isEqualTo("SERVE '50%'");
      line.set("drain 0%\n");
      assertThat(nextOther("taken")).isEqualTo("DRAIN 'drain 0%'");
      line.set("30%\n");
      assertThat(nextOther("taken", "DRAIN 'drain 0%'")).isEqualTo("DRAIN '30%'");
    }
  }

  @Test
  void what_an_agent_has_said_is_kept_when_its_questions_change() throws Exception {
    AtomicReference<String> line = new AtomicReference<>("drain 0%\n");
    try (ScriptedPeer agent = sayingEachTime(line)) {
      ask(agent.address(), new Question.Agent());
      assertThat(next()).isEqualTo("DRAIN 'drain 0%'");
      reporters.retain(List.of());
      said.clear();
      line.set("30%\n");
      ask(agent.address(), new Question.Agent());
      assertThat(next()).isEqualTo("DRAIN '30%'");
      line.set("down\n");
      assertThat(nextOther("taken")).isEqualTo("MAINTENANCE 'down'");
      reporters.retain(List.of());
      said.clear();
      line.set("ready up\n");
      ask(agent.address(), new Question.Agent());
      assertThat(next()).isEqualTo("SERVE 'ready up'");
    }
  }

  @Test
  void a_percentage_of_nothing_expires_like_any_other() throws Exception {
    AtomicReference<String> line = new AtomicReference<>("0%\n");
    try (ScriptedPeer agent = sayingEachTime(line)) {
      ask(agent.address(), new Question.Agent());
      assertThat(next()).isEqualTo("DRAIN '0%'");
      line.set("nonsense\n");
      assertThat(nextOther("taken", "DRAIN '0%'")).startsWith("broken");
      nowNs.addAndGet(EXPIRE.toNanos() + 1);
      assertThat(nextOther("broken is broken: 'nonsense'")).isEqualTo("SERVE 0% has expired");
    }
  }

  @Test
  void a_limit_that_a_server_asks_for_holds_until_it_says_another() throws Exception {
    AtomicReference<String> line = new AtomicReference<>("ready maxconn:7\n");
    try (ScriptedPeer agent = sayingEachTime(line)) {
      ask(agent.address(), new Question.Agent());
      assertThat(next()).isEqualTo("SERVE 'ready maxconn:7'");
      assertThat(state.maxAsked()).isEqualTo(7);
      line.set("drain\n");
      assertThat(nextOther("taken", "SERVE 'ready maxconn:7'")).isEqualTo("DRAIN 'drain'");
      assertThat(state.maxAsked()).isEqualTo(7);
      line.set("ready maxconn:0\n");
      assertThat(nextOther("taken", "DRAIN 'drain'")).isEqualTo("SERVE 'ready maxconn:0'");
      assertThat(state.maxAsked()).isZero();
    }
  }

  @Test
  void broken_and_missing_reports_change_nothing() throws Exception {
    AtomicReference<String> line = new AtomicReference<>("40%\n");
    SocketAddress gone;
    try (ScriptedPeer agent = sayingEachTime(line)) {
      gone = agent.address();
      ask(gone, new Question.Agent());
      assertThat(next()).isEqualTo("taken");
      line.set("nonsense\n");
      assertThat(nextOther("taken")).isEqualTo("broken is broken: 'nonsense'");
    }
    assertThat(nextOther("taken", "broken is broken: 'nonsense'")).startsWith("missing connect");
    assertThat(state.report().at(nowNs.get())).isEqualTo(0.6);
  }

  @Test
  void an_agent_that_never_ends_its_line_is_cut_off() throws Exception {
    try (ScriptedPeer agent = ScriptedPeer.saying("x".repeat(100_000))) {
      ask(agent.address(), new Question.Agent());
      assertThat(next()).startsWith("broken is broken: 'xxx");
    }
  }

  @Test
  void orca_reports_are_fetched_by_http() throws Exception {
    String report = "{\"cpu_utilization\": 0.3}";
    try (TinyServer server =
        TinyServer.tcp("HTTP/1.1 200 OK\r\nContent-Length: 24\r\n\r\n" + report)) {
      ask(server.address(), new Question.Orca("/load", "b.example:80", "cpu"));
      assertThat(next()).isEqualTo("taken");
      assertThat(state.report().at(nowNs.get())).isEqualTo(0.3);
      assertThat(server.nextRequest()).startsWith("GET /load HTTP/1.1\r\nHost: b.example:80\r\n");
      server.answer("HTTP/1.1 503 no\r\n\r\n" + report);
      assertThat(nextOther("taken")).startsWith("broken is broken: expected a value");
    }
  }

  @Test
  void a_reload_with_the_same_target_goes_on_and_a_removed_one_is_heard_no_more() throws Exception {
    try (ScriptedPeer agent = ScriptedPeer.saying("10%\n")) {
      LoadTarget target = target(agent.address(), new Question.Agent());
      reporters.watch(List.of(target));
      next();
      reporters.watch(List.of(target));
      next();
      reporters.retain(List.of());
      said.clear();
      reporters.watch(List.of());
      assertThat(said).isEmpty();
    }
  }

  private void ask(SocketAddress address, Question question) {
    reporters.watch(List.of(target(address, question)));
  }

  private LoadTarget target(SocketAddress address, Question question) {
    return new LoadTarget(state, question, address, OFTEN, EXPIRE, ProxyProtocol.NONE);
  }

  private String next() throws InterruptedException {
    return said.poll(10, TimeUnit.SECONDS);
  }

  private String nextOther(String... than) throws InterruptedException {
    String next = next();
    while (List.of(than).contains(next) || next.startsWith("missing answer timed out")) {
      next = next();
    }
    return next;
  }

  /** Says what came. */
  private final class Sayings implements Reports {
    @Override
    public void taken(ServerState server) {
      said.add("taken");
    }

    @Override
    public void broken(ServerState server, String why) {
      said.add("broken " + why);
    }

    @Override
    public void missing(ServerState server, String why) {
      said.add("missing " + why);
    }

    @Override
    public void asked(ServerState server, Wish wish, String why) {
      said.add(wish + " " + why.replaceFirst("its agent(?: says|'s) ", ""));
    }
  }
}
