package io.steelyard.cluster.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Nodes that all want one thing, on a network that loses, delays, repeats and parts, with clocks
 * that run differently, pauses and restarts: nobody may ever hold it together with another, and in
 * the end somebody does.
 */
final class VotesSimulationTest {
  private static final long MS = 1_000_000;
  private static final int SEEDS = Boolean.getBoolean("steelyard.long") ? 10_000 : 300;
  private static final String THING = "v";
  private static final NodeReport REPORT =
      new NodeReport("1", "r", "", NodeReport.State.READY, 0, 0, List.of(), 0);

  @Test
  void never_two_hold_it_and_somebody_does_in_the_end() {
    long held = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      held += new World(seed, 0).run();
    }
    assertThat(held).as("moments at which somebody held it").isPositive();
  }

  @Test
  void a_voter_whose_promises_end_too_early_is_found_out() {
    int found = 0;
    for (int seed = 0; seed < 300 && found == 0; seed++) {
      try {
        new World(seed, 300).run();
      } catch (AssertionError e) {
        found++;
      }
    }
    assertThat(found).as("a clock that is four times as fast is noticed").isPositive();
  }

  private record Message(long atNs, int to, Beat beat) {}

  private static final class World {
    private final int seed;
    private final SplittableRandom random;
    private final int size;
    private final PriorityQueue<Message> network =
        new PriorityQueue<>(Comparator.comparingLong(Message::atNs));
    private final List<Node> nodes = new ArrayList<>();
    private final boolean[][] cut;
    private long nowNs = 1_000 * MS;
    private boolean healing;

    World(int seed, int fastPercent) {
      this.seed = seed;
      this.random = new SplittableRandom(seed);
      this.size = random.nextInt(1, 3) * 2 + 1;
      this.cut = new boolean[size][size];
      for (int i = 0; i < size; i++) {
        nodes.add(new Node(i, i == 0 ? fastPercent : 0));
      }
    }

    private final class Node {
      private final int index;
      private final double rate;
      private final long offsetNs = random.nextLong(1L << 40);
      private long life;
      private Membership member;
      private long nextBeatNs;
      private long pausedUntilNs;
      private boolean wants = true;

      Node(int index, int fastPercent) {
        this.index = index;
        this.rate =
            fastPercent > 0
                ? 1 + fastPercent / 100.0
                : 1 + random.nextDouble(-1, 1) * Votes.DRIFT_PERCENT / 400.0;
        start();
      }

      void start() {
        life++;
        member =
            new Membership(
                "n" + index, life, random.nextLong(), MembershipOptions.DEFAULT, clock());
        member.nodes(size);
        nextBeatNs = nowNs + random.nextLong(50 * MS);
      }

      long clock() {
        return offsetNs + (long) (nowNs * rate);
      }

      void step() {
        if (!healing && random.nextInt(400) == 0) {
          wants = !wants;
        }
        member.wants(wants ? Set.of(THING) : Set.of(), clock());
        member.tick(clock(), random);
        if (nowNs >= nextBeatNs) {
          nextBeatNs = nowNs + MembershipOptions.DEFAULT.beat().toNanos();
          Beat beat = member.beat(REPORT, clock());
          nodes.forEach(to -> send(to.index, beat));
        }
      }

      private void send(int to, Beat beat) {
        if (to != index && !cut[index][to] && random.nextInt(20) > 0) {
          int copies = random.nextInt(30) == 0 ? 2 : 1;
          for (int n = 0; n < copies; n++) {
            long delayNs = random.nextInt(15) == 0 ? 300 * MS : 5 * MS;
            network.add(new Message(nowNs + random.nextLong(MS / 10, delayNs), to, beat));
          }
        }
      }
    }

    /** How many moments somebody held it. */
    long run() {
      long held = 0;
      for (int step = 0; step < 4_200; step++) {
        healing = step > 2_400;
        nowNs += random.nextLong(MS, 6 * MS);
        disturb();
        deliver();
        nodes.stream().filter(n -> n.pausedUntilNs <= nowNs).forEach(Node::step);
        List<String> holders = holders();
        assertThat(holders).as("holders, seed %d, step %d", seed, step).hasSizeLessThanOrEqualTo(1);
        held += holders.size();
      }
      assertThat(holders()).as("somebody holds it in the end, seed %d", seed).hasSize(1);
      return held;
    }

    private List<String> holders() {
      return nodes.stream()
          .filter(n -> n.pausedUntilNs <= nowNs && n.member.holds(THING, n.clock()))
          .map(n -> "n" + n.index)
          .toList();
    }

    private void disturb() {
      if (healing) {
        nodes.forEach(n -> n.wants = true);
        for (boolean[] row : cut) {
          Arrays.fill(row, false);
        }
        return;
      }
      int a = random.nextInt(size);
      int b = random.nextInt(size);
      switch (random.nextInt(200)) {
        case 0, 1 -> cut[a][b] = true;
        case 2, 3, 4 -> cut[a][b] = false;
        case 5 -> nodes.get(a).pausedUntilNs = nowNs + random.nextLong(2_000 * MS);
        case 6 -> {
          if (random.nextInt(4) == 0) {
            nodes.get(a).start();
          }
        }
        default -> {
          // Nothing happens.
        }
      }
    }

    private void deliver() {
      List<Message> late = new ArrayList<>();
      while (!network.isEmpty() && network.peek().atNs() <= nowNs) {
        Message message = network.remove();
        Node to = nodes.get(message.to());
        if (to.pausedUntilNs > nowNs) {
          // The kernel keeps what comes meanwhile.
          late.add(new Message(to.pausedUntilNs, message.to(), message.beat()));
        } else {
          to.member.received(message.beat(), "", to.clock(), 0, new ArrayList<>());
        }
      }
      network.addAll(late);
    }
  }
}
