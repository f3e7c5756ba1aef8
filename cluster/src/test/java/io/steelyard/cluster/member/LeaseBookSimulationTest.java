package io.steelyard.cluster.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.cluster.member.LeaseBook.Entry;
import io.steelyard.cluster.member.LeaseBook.Write;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Nodes that all want one thing of one store, which answers late or not at all, or says something
 * old, with clocks that run differently, pauses, crashes and take-overs: nobody may ever hold it
 * together with another, and in the end somebody does.
 */
final class LeaseBookSimulationTest {
  private static final long MS = 1_000_000;
  private static final long LEASE_NS = 1_000 * MS;
  private static final long CALL_NS = LeaseBook.renewNs(LEASE_NS, 0);
  private static final int SEEDS = Boolean.getBoolean("steelyard.long") ? 30_000 : 2_000;
  private static final String THING = "51/192.0.2.1";

  /** What is done wrong, around a book that is right. */
  enum Mistake {
    NONE,
    /** A lease counts from when the store answered. */
    FROM_THE_ANSWER,
    /** A write that nobody confirmed counts as made. */
    WITHOUT_AN_ANSWER,
    /** A clock is faster than is allowed for. */
    FAST_CLOCK,
    /** The store writes whatever stands there. */
    BLIND_WRITES,
    /** The store loses what it was told, and has something of long ago in its place. */
    FORGETFUL_STORE
  }

  @Test
  void never_two_hold_it_and_somebody_does_in_the_end() {
    long held = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      held += new World(seed, Mistake.NONE).run();
    }
    assertThat(held).as("moments at which somebody held it").isGreaterThan(100L * SEEDS);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void a_mistake_is_found_out(Mistake mistake) {
    int found = 0;
    for (int seed = 0; seed < 5_000 && found == 0; seed++) {
      try {
        new World(seed, mistake).run();
      } catch (AssertionError e) {
        found++;
      }
    }
    assertThat(found).as("%s is noticed", mistake).isPositive();
  }

  private record Event(long atNs, Runnable happens) {}

  private static final class World {
    private final int seed;
    private final Mistake mistake;
    private final SplittableRandom random;
    private final PriorityQueue<Event> events =
        new PriorityQueue<>((a, b) -> Long.compare(a.atNs(), b.atNs()));
    private final List<Node> nodes = new ArrayList<>();

    private final Map<String, Entry> store = new HashMap<>();
    private Map<String, Entry> old = Map.of();
    private long revision;
    private boolean away;

    private long nowNs = 5_000 * MS;
    private boolean healing;

    World(int seed, Mistake mistake) {
      this.seed = seed;
      this.mistake = mistake;
      this.random = new SplittableRandom(seed);
      int size = random.nextInt(2, 5);
      for (int i = 0; i < size; i++) {
        nodes.add(new Node(i));
      }
    }

    private final class Node {
      private final int index;
      private final double rate;
      private final long offsetNs = random.nextLong(-(1L << 40), 1L << 40);
      private LeaseBook book;

      /** Goes on until it has passed all to the other one. */
      private LeaseBook leaving;

      private boolean wants = true;
      private boolean cut;
      private long pausedUntilNs;

      Node(int index) {
        this.index = index;
        boolean fast = mistake == Mistake.FAST_CLOCK && index == 0;
        // Of two of them, one is up to two percent faster.
        this.rate = fast ? 1.3 : 1 + random.nextDouble(-0.0098, 0.0098);
        start();
      }

      void start() {
        book = new LeaseBook("n" + index, random.nextLong(), LEASE_NS, 0, clock());
      }

      void takeOver() {
        book.pass(clock());
        leaving = book;
        start();
      }

      long clock() {
        return offsetNs + (long) (nowNs * rate);
      }

      boolean holds() {
        return book.untilNs(clock()).containsKey(THING);
      }

      void step() {
        book.wants(wants ? Set.of(THING) : Set.of(), clock());
        step(book);
        if (leaving != null) {
          step(leaving);
          leaving = leaving.isGivingUp() ? leaving : null;
        }
      }

      private void step(LeaseBook stepped) {
        stepped.writes(clock()).forEach(write -> write(stepped, write));
        long askedNs = clock();
        if (stepped.beginReading(askedNs)) {
          read(stepped, askedNs);
        }
      }

      private void read(LeaseBook to, long askedNs) {
        Call call = new Call(this, () -> to.readFailed(askedNs, clock()));
        call.go(() -> {
          boolean stale = !healing && random.nextInt(60) == 0;
          Map<String, Entry> seen = stale ? old : Map.copyOf(store);
          return () -> to.saw(seen, askedNs, clock());
        });
      }

      private void write(LeaseBook to, Write write) {
        Call call =
            new Call(
                this,
                () -> {
                  if (mistake == Mistake.WITHOUT_AN_ANSWER) {
                    to.answered(write, true, clock());
                  } else {
                    to.unanswered(write, clock());
                  }
                });
        call.go(() -> {
          boolean done = compareAndSet(write);
          return () -> to.answered(told(write), done, clock());
        });
      }

      private Write told(Write write) {
        return mistake == Mistake.FROM_THE_ANSWER
            ? new Write(write.name(), write.record(), write.version(), clock())
            : write;
      }
    }

    /** At the store: what it does, and what is told of it. */
    private interface Request {
      Runnable atTheStore();
    }

    /** A request that may be lost, or its answer; then it fails in time. It is done even so. */
    private final class Call {
      private final Node from;
      private final Runnable fails;
      private boolean over;

      Call(Node from, Runnable fails) {
        this.from = from;
        this.fails = fails;
      }

      void go(Request request) {
        after(CALL_NS, this::fail);
        if (lost()) {
          return;
        }
        after(
            delayNs(),
            () -> {
              if (!away) {
                Runnable answer = request.atTheStore();
                if (!lost()) {
                  after(answerNs(), () -> answer(answer));
                }
              }
            });
      }

      private boolean lost() {
        return !healing && (from.cut || random.nextInt(15) == 0);
      }

      private void answer(Runnable answer) {
        if (from.pausedUntilNs > nowNs) {
          after(from.pausedUntilNs - nowNs, () -> answer(answer));
        } else if (!over) {
          over = true;
          answer.run();
        }
      }

      private void fail() {
        answer(fails);
      }
    }

    private long delayNs() {
      return random.nextLong(MS / 10, random.nextInt(8) == 0 && !healing ? 700 * MS : 6 * MS);
    }

    /** An answer that comes just in time is the hardest one. */
    private long answerNs() {
      boolean late = !healing && random.nextInt(4) == 0;
      return late ? random.nextLong(CALL_NS / 2, CALL_NS) : delayNs();
    }

    private void after(long ns, Runnable happens) {
      events.add(new Event(nowNs + ns, happens));
    }

    private boolean compareAndSet(Write write) {
      Entry found = store.get(write.name());
      boolean same = (found == null ? 0 : found.version()) == write.version();
      if (same || mistake == Mistake.BLIND_WRITES) {
        revision++;
        store.put(write.name(), new Entry(write.text(), revision));
        nodes.stream()
            .filter(n -> !n.cut && random.nextInt(20) > 0)
            .forEach(n -> after(delayNs(), () -> n.book.changed()));
      }
      return same || mistake == Mistake.BLIND_WRITES;
    }

    /** At how many moments somebody held it. */
    long run() {
      long held = 0;
      for (int step = 0; step < 1_600; step++) {
        healing = step > 1_000;
        nowNs += random.nextLong(MS, 11 * MS);
        disturb();
        while (!events.isEmpty() && events.peek().atNs() <= nowNs) {
          events.remove().happens().run();
        }
        nodes.stream().filter(n -> n.pausedUntilNs <= nowNs).forEach(Node::step);
        List<String> holders = nodes.stream().filter(Node::holds).map(n -> "n" + n.index).toList();
        assertThat(holders).as("holders, seed %d, step %d", seed, step).hasSizeLessThanOrEqualTo(1);
        held += holders.size();
      }
      assertThat(nodes.stream().filter(Node::holds))
          .as("somebody holds it in the end, seed %d", seed)
          .hasSize(1);
      return held;
    }

    private void disturb() {
      if (healing) {
        away = false;
        nodes.forEach(n -> {
          n.wants = true;
          n.cut = false;
        });
        return;
      }
      Node node = nodes.get(random.nextInt(nodes.size()));
      switch (random.nextInt(400)) {
        case 0 -> away = random.nextBoolean();
        case 1, 2 -> away = false;
        case 3, 17, 18, 19, 20 -> node.cut = true;
        case 4, 5, 6 -> node.cut = false;
        case 7, 21 -> node.pausedUntilNs = nowNs + random.nextLong(2_500 * MS);
        case 8 -> node.start();
        case 9 -> node.takeOver();
        case 10, 11 -> node.wants = !node.wants;
        case 14, 15 -> old = Map.copyOf(store);
        case 16 -> forget();
        default -> {
          // Nothing happens.
        }
      }
    }

    /** An operator deletes it; a store that lost its data would tell of what was long ago. */
    private void forget() {
      store.clear();
      if (mistake == Mistake.FORGETFUL_STORE) {
        revision++;
        store.put(
            THING,
            new Entry(new LeaseRecord("n9", 1, 1, 1, LeaseRecord.State.FREE).text(), revision));
      }
    }
  }
}
