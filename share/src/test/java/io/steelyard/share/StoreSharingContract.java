package io.steelyard.share;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.cluster.Clearing;
import io.steelyard.cluster.FactBook;
import io.steelyard.core.session.Keyring;
import io.steelyard.core.session.SessionEntry;
import io.steelyard.share.store.Store;
import io.steelyard.testkit.Eventually;
import io.steelyard.testkit.RealServer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What nodes have in common through a store, whatever becomes of the store. */
abstract class StoreSharingContract {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Duration DEADLINE = Duration.ofMillis(20);
  private static final Keyring KEY = keyring("k");

  @TempDir Path dir;

  private final List<SharedState> open = new ArrayList<>();
  private RealServer server;

  /** Starts the real server. */
  abstract RealServer start() throws Exception;

  /** Where it is. */
  abstract String url(RealServer at);

  /** Has it forget all. */
  abstract void flush(RealServer at) throws Exception;

  @BeforeEach
  void startServer() throws Exception {
    server = start();
  }

  @AfterEach
  void closeAll() {
    open.forEach(SharedState::close);
    server.close();
  }

  private static Keyring keyring(String letter) {
    return Keyring.of(List.of(letter.repeat(32).getBytes(StandardCharsets.UTF_8)));
  }

  private SharedState share(String name, FakeNode node) {
    return share(name, node, KEY);
  }

  private SharedState share(String name, FakeNode node, Keyring key) {
    Store store = new StoreSettings(url(server), "", Optional.empty()).open();
    int origin = (name + System.nanoTime()).hashCode();
    SharedState sharing =
        new StoreSharing(name, store, node, key, new FactBook(origin), origin, DEADLINE);
    open.add(sharing);
    sharing.start();
    return sharing;
  }

  private static boolean inStep(SharedState sharing) {
    return sharing.status().trouble().isEmpty();
  }

  /** What the store says of a session; null: it is not known, or nobody can be asked. */
  private static SessionEntry asked(FakeNode node, long key) throws Exception {
    return askedUnder(node, ~key, key);
  }

  private static SessionEntry askedUnder(FakeNode node, long... keys) throws Exception {
    CompletableFuture<SessionEntry> answer = new CompletableFuture<>();
    return node.questions().ask(keys, answer::complete)
        ? answer.get(SOON.toSeconds(), TimeUnit.SECONDS)
        : null;
  }

  /** Whether a node that has just come can ask for all of these. */
  private void demandKnown(String name, long first, long last) throws Exception {
    FakeNode late = new FakeNode(10);
    SharedState sharing = share(name, late);
    Eventually.within(SOON, "it is in step", () -> inStep(sharing));
    for (long key = first; key <= last; key++) {
      long wanted = key;
      Eventually.within(
          SOON,
          "session " + key + " is known",
          () -> {
            try {
              SessionEntry entry = asked(late, wanted);
              return entry != null && entry.server == 1 + wanted % 5;
            } catch (Exception e) {
              throw new AssertionError(e);
            }
          });
    }
  }

  @Test
  void what_one_notes_others_hear_or_ask_for() throws Exception {
    FakeNode a = new FakeNode(1000);
    FakeNode b = new FakeNode(1000);
    SharedState first = share("a", a);
    SharedState second = share("b", b);
    Eventually.within(SOON, "both are in step", () -> inStep(first) && inStep(second));
    a.put(1, 2);
    Eventually.within(SOON, "it is heard", () -> b.home(1) == 2);
    b.put(1, 3);
    Eventually.within(SOON, "the later word holds", () -> a.home(1) == 3);
    b.put(2, 3);
    demandKnown("c", 2, 2);
    assertThat(asked(b, 999)).isNull();
  }

  @Test
  void a_session_is_found_under_each_of_its_keys_and_the_latest_word_holds() throws Exception {
    FakeNode a = new FakeNode(1000);
    SharedState first = share("a", a);
    Eventually.within(SOON, "it is in step", () -> inStep(first));
    a.put(1, 2);
    a.put(11, 3);
    a.put(12, 4);
    demandKnown("b", 1, 1);
    Eventually.within(SOON, "all is written", () -> askedUnder(a, ~12L, 12L) != null);
    SessionEntry old = askedUnder(a, ~99L, 99L, ~1L, 1L, ~98L, 98L);
    assertThat(old.low).isEqualTo(1);
    assertThat(old.server).isEqualTo(2);
    assertThat(askedUnder(a, ~12L, 12L, ~11L, 11L).server).isEqualTo(4);
    assertThat(askedUnder(a, ~11L, 11L, ~12L, 12L).server).isEqualTo(4);
    assertThat(askedUnder(a, ~99L, 99L, ~98L, 98L)).isNull();
  }

  @Test
  void what_is_ended_on_all_nodes_ends_where_nobody_has_heard_of_it_yet() throws Exception {
    FakeNode a = new FakeNode(1000);
    SharedState first = share("a", a);
    Eventually.within(SOON, "it is in step", () -> inStep(first));
    a.put(1, 2);
    Eventually.within(SOON, "it is written", () -> asked(a, 1) != null);
    FakeNode b = new FakeNode(1000);
    SharedState second = share("b", b);
    Eventually.within(SOON, "it is in step", () -> inStep(second));
    assertThat(b.home(1)).as("nobody has told it").isZero();
    Clearing clearing = new Clearing(Optional.empty(), Optional.empty(), b.stamp());
    assertThat(second.say(clearing.name(), clearing.value())).isTrue();
    Eventually.within(SOON, "it ends where it was noted", () -> a.home(1) == 0);
    a.put(2, 3);
    FakeNode late = new FakeNode(1000);
    share("c", late);
    Eventually.within(SOON, "what came later goes on", () -> asked(late, 2) != null);
    ByteBuffer old = ByteBuffer.allocate(SessionEntry.BYTES);
    asked(late, 1).write(old);
    assertThat(late.merge(old.flip())).as("the store has it yet, but it is over").isZero();
  }

  @Test
  void the_lag_is_less_than_fifty_milliseconds() {
    FakeNode a = new FakeNode(100_000);
    FakeNode b = new FakeNode(100_000);
    SharedState first = share("a", a);
    SharedState second = share("b", b);
    Eventually.within(SOON, "both are in step", () -> inStep(first) && inStep(second));
    List<Long> lagsNs = new ArrayList<>();
    for (int i = 1; i <= 300; i++) {
      int key = i;
      a.put(key, 1);
      long beginNs = System.nanoTime();
      Eventually.within(SOON, "it is heard", () -> b.home(key) == 1);
      lagsNs.add(System.nanoTime() - beginNs);
    }
    lagsNs.sort(null);
    long medianUs = TimeUnit.NANOSECONDS.toMicros(lagsNs.get(150));
    System.out.printf(
        "e2e share: %s, lag p50 %d us, p99 %d us%n",
        server.getClass().getSimpleName() + " " + url(server),
        medianUs,
        TimeUnit.NANOSECONDS.toMicros(lagsNs.get(297)));
    assertThat(medianUs).isLessThan(50_000);
  }

  @Test
  void while_the_store_is_dead_nobody_waits_and_then_all_is_caught_up() throws Exception {
    FakeNode a = new FakeNode(1000);
    SharedState first = share("a", a);
    Eventually.within(SOON, "it is in step", () -> inStep(first));
    a.put(1, 2);
    server.kill();
    Eventually.within(SOON, "it says so", () -> !inStep(first));
    assertThat(first.status().trouble().orElse("")).contains(server.address());
    assertThat(a.questions().ask(new long[] {1, 1}, entry -> {}))
        .as("nobody can be asked")
        .isFalse();
    for (int key = 2; key <= 50; key++) {
      a.put(key, 1 + key % 5);
    }
    server.start();
    Eventually.within(SOON, "it is in step again", () -> inStep(first));
    demandKnown("b", 1, 50);
  }

  @Test
  void while_the_store_is_frozen_answers_are_given_up_soon() throws Exception {
    FakeNode a = new FakeNode(1000);
    SharedState first = share("a", a);
    Eventually.within(SOON, "it is in step", () -> inStep(first));
    server.freeze();
    for (int i = 0; i < 50; i++) {
      long beginNs = System.nanoTime();
      a.questions().ask(new long[] {i, 77}, entry -> {});
      a.put(100 + i, 1 + (100 + i) % 5);
      assertThat(System.nanoTime() - beginNs).isLessThan(TimeUnit.MILLISECONDS.toNanos(500));
    }
    Eventually.within(
        SOON, "nobody is made to wait", () -> !a.questions().ask(new long[] {1, 78}, entry -> {}));
    Eventually.within(SOON, "it says so", () -> !inStep(first));
    server.thaw();
    Eventually.within(SOON, "it is in step again", () -> inStep(first));
    demandKnown("b", 100, 149);
  }

  @Test
  void what_the_store_loses_in_the_middle_of_load_is_written_again() throws Exception {
    FakeNode a = new FakeNode(100_000);
    SharedState first = share("a", a);
    Eventually.within(SOON, "it is in step", () -> inStep(first));
    AtomicBoolean enough = new AtomicBoolean();
    AtomicReference<Integer> last = new AtomicReference<>(0);
    Thread load =
        Thread.ofPlatform()
            .start(() -> {
              for (int key = 1; !enough.get() && key < 50_000; key++) {
                a.put(key, 1 + key % 5);
                last.set(key);
                LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(200));
              }
            });
    Eventually.within(SOON, "some are noted", () -> last.get() > 500);
    flush(server);
    int atFlush = last.get();
    Eventually.within(SOON, "more are noted", () -> last.get() > atFlush + 500);
    enough.set(true);
    load.join();
    demandKnown("b", 1, 100);
    demandKnown("c", last.get() - 100, last.get());
  }

  @Test
  void who_has_not_the_key_reads_nothing_and_makes_nothing_up() throws Exception {
    FakeNode a = new FakeNode(1000);
    FakeNode thief = new FakeNode(1000);
    SharedState first = share("a", a);
    SharedState other = share("x", thief, keyring("x"));
    Eventually.within(SOON, "both are in step", () -> inStep(first) && inStep(other));
    a.put(1, 2);
    first.say("wish/app/a", "drain".getBytes(StandardCharsets.US_ASCII));
    thief.put(2, 3);
    other.say("wish/app/b", "drain".getBytes(StandardCharsets.US_ASCII));
    demandKnown("b", 5, 4);
    Eventually.within(
        SOON, "all is told", () -> first.status().told() > 0 && other.status().told() > 0);
    assertThat(asked(thief, 1)).isNull();
    assertThat(asked(a, 2)).isNull();
    assertThat(thief.home(1)).isZero();
    assertThat(a.home(2)).isZero();
    assertThat(thief.facts).isEmpty();
    assertThat(a.facts).isEmpty();
  }

  @Test
  void facts_and_counts_reach_all_also_those_who_come_later() {
    FakeNode a = new FakeNode(10);
    SharedState first = share("a", a);
    Eventually.within(SOON, "it is in step", () -> inStep(first));
    assertThat(first.say("wish/app/a", "drain".getBytes(StandardCharsets.US_ASCII))).isTrue();
    a.requests.set(5);
    FakeNode b = new FakeNode(10);
    b.requests.set(7);
    SharedState second = share("b", b);
    Eventually.within(SOON, "it has heard", () -> !b.facts.isEmpty());
    Eventually.within(SOON, "sums", () -> second.status().counts().get("requests") == 12);
    second.say("wish/app/a", "serve".getBytes(StandardCharsets.US_ASCII));
    Eventually.within(SOON, "the later word is heard", () -> !a.facts.isEmpty());
  }
}
