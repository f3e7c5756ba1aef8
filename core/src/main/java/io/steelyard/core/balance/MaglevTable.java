package io.steelyard.core.balance;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Who owns which slot: computed once from names and weights. Independent of the order in which the
 * servers are listed, so nodes whose files list them differently agree.
 *
 * <p>Each server walks the slots in an order of its own and takes the next free one when it is its
 * turn; a server of the greatest weight has a turn in each round, the others as often as their
 * weight is to that.
 */
final class MaglevTable {
  /**
   * A prime, so that every step width visits all slots; the paper's smaller size. The same for
   * pools of any size: a size that grew with the pool would move nearly every key whenever a change
   * crossed a step. 128 KiB a table; a pool of 650 servers still has shares equal to a percent.
   */
  static final int SLOTS = 65537;

  /** The most servers that a table can tell apart. */
  static final int SERVERS_MAX = 65534;

  private static final char FREE = 0xFFFF;
  private static final long OFFSET_SEED = 0;
  private static final long SKIP_SEED = 1;

  private final char[] owners;
  private final int[] members;

  /** Servers of weight 0 own nothing; without any other there are no slots. */
  MaglevTable(List<String> names, int[] weights) {
    if (names.size() > SERVERS_MAX) {
      throw new IllegalArgumentException(names.size() + " servers, at most " + SERVERS_MAX);
    }
    this.members =
        IntStream.range(0, names.size())
            .filter(i -> weights[i] > 0)
            .boxed()
            .sorted(Comparator.comparing(names::get))
            .mapToInt(Integer::intValue)
            .toArray();
    this.owners = new char[members.length == 0 ? 0 : SLOTS];
    fill(names, weights);
  }

  int slots() {
    return owners.length;
  }

  /** The index of the server that owns the slot of {@code hash}, all of whose bits are spread. */
  int owner(long hash) {
    return owners[(int) Math.unsignedMultiplyHigh(hash, owners.length)];
  }

  /** How many servers own slots. */
  int members() {
    return members.length;
  }

  /** The index of the {@code n}th server that owns slots, ordered by name. */
  int member(int n) {
    return members[n];
  }

  /** How many slots server {@code i} owns. */
  int share(int i) {
    return (int) IntStream.range(0, owners.length).filter(slot -> owners[slot] == i).count();
  }

  private void fill(List<String> names, int[] weights) {
    Walk[] walks =
        Arrays.stream(members)
            .mapToObj(i -> new Walk(names.get(i), owners.length))
            .toArray(Walk[]::new);
    int heaviest = Arrays.stream(members).map(i -> weights[i]).max().orElse(1);
    int[] credits = new int[members.length];
    Arrays.fill(owners, FREE);
    int filled = 0;
    while (filled < owners.length) {
      for (int m = 0; m < members.length && filled < owners.length; m++) {
        credits[m] += weights[members[m]];
        if (credits[m] >= heaviest) {
          credits[m] -= heaviest;
          owners[walks[m].nextFree(owners)] = (char) members[m];
          filled++;
        }
      }
    }
  }

  /** The order in which one server visits the slots: all of them, each once. */
  private static final class Walk {
    private final int skip;
    private int at;

    Walk(String name, int slots) {
      byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
      this.at = (int) Long.remainderUnsigned(hash(bytes, OFFSET_SEED), slots);
      this.skip = (int) Long.remainderUnsigned(hash(bytes, SKIP_SEED), slots - 1) + 1;
    }

    int nextFree(char[] owners) {
      while (owners[at] != FREE) {
        at += skip;
        at -= at >= owners.length ? owners.length : 0;
      }
      return at;
    }

    private static long hash(byte[] bytes, long seed) {
      return Hash.of(bytes, 0, bytes.length, seed);
    }
  }
}
