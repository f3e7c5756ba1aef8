package io.steelyard.wire.http1;

import java.util.Arrays;

/**
 * The header lines, and parts of lines, that are not passed on as they are, in their order. Each
 * has a kind, a small number, so that whoever writes the head may keep some kinds. Reused from head
 * to head.
 */
final class Cuts {
  /** Dropped whatever happens. */
  static final int ALWAYS = 0;

  private static final int STRIDE = 3;

  private int[] cuts;
  private int[] spare;
  private int size;
  private int kinds;

  Cuts(int linesMax) {
    cuts = new int[STRIDE * linesMax];
    spare = new int[STRIDE * linesMax];
  }

  void reset() {
    size = 0;
    kinds = 0;
  }

  void add(int from, int to, int kind) {
    cuts[size] = from;
    cuts[size + 1] = to;
    cuts[size + 2] = kind;
    size += STRIDE;
    kinds |= 1 << kind;
  }

  /**
   * Cuts a part of the head that may stand before others; nothing when a line that holds it is cut
   * whatever happens. Grows, and so allocates, when there are more than lines.
   */
  void insert(int from, int to) {
    int at = size;
    while (at > 0 && cuts[at - STRIDE] >= from) {
      at -= STRIDE;
    }
    if (at > 0 && cuts[at - STRIDE + 1] > from) {
      return;
    }
    if (at < size && cuts[at] == from) {
      return;
    }
    if (size == cuts.length) {
      cuts = Arrays.copyOf(cuts, 2 * cuts.length);
    }
    System.arraycopy(cuts, at, cuts, at + STRIDE, size - at);
    cuts[at] = from;
    cuts[at + 1] = to;
    cuts[at + 2] = ALWAYS;
    size += STRIDE;
    kinds |= 1 << ALWAYS;
  }

  /**
   * Cuts a whole line whatever happens, also where parts of it, or kinds of it, are cut already.
   */
  void insertLine(int from, int to) {
    int at = 0;
    while (at < size && cuts[at] < from) {
      at += STRIDE;
    }
    int end = at;
    while (end < size && cuts[end] < to) {
      end += STRIDE;
    }
    int grown = size + STRIDE - (end - at);
    if (grown > cuts.length) {
      cuts = Arrays.copyOf(cuts, 2 * cuts.length);
    }
    System.arraycopy(cuts, end, cuts, at + STRIDE, size - end);
    cuts[at] = from;
    cuts[at + 1] = to;
    cuts[at + 2] = ALWAYS;
    size = grown;
    kinds |= 1 << ALWAYS;
  }

  /** How many. */
  int count() {
    return size / STRIDE;
  }

  int from(int i) {
    return cuts[STRIDE * i];
  }

  int to(int i) {
    return cuts[STRIDE * i + 1];
  }

  int kind(int i) {
    return cuts[STRIDE * i + 2];
  }

  boolean has(int kind) {
    return (kinds & 1 << kind) != 0;
  }

  /** Whether every line is of a kind in the set of bits {@code kept}. */
  boolean allKept(int kept) {
    return (kinds & ~kept) == 0;
  }

  /** Copies what stands between the cuts; returns the index after the last byte written. */
  int copyBetween(byte[] in, int from, int to, byte[] out, int at, int kept) {
    int run = from;
    int o = at;
    for (int i = 0; i < size; i += STRIDE) {
      if ((kept & 1 << cuts[i + 2]) == 0) {
        int n = cuts[i] - run;
        System.arraycopy(in, run, out, o, n);
        o += n;
        run = cuts[i + 1];
      }
    }
    System.arraycopy(in, run, out, o, to - run);
    return o + to - run;
  }

  /** Cuts the nominated lines, too, from the field lines (known to be good) in [from, to). */
  void addNominated(byte[] in, int from, int to, ConnectionOptions options) {
    int[] before = cuts;
    int end = size;
    cuts = spare;
    spare = before;
    reset();
    int next = 0;
    int line = from;
    while (line < to) {
      int after = Scan.control(in, line, to) + 2;
      boolean known = next < end && before[next] == line;
      if (options.nominates(in, line, Scan.tokenEnd(in, line, to))) {
        add(line, after, ALWAYS);
      } else if (known) {
        add(line, after, before[next + 2]);
      }
      next += known ? STRIDE : 0;
      line = after;
    }
  }
}
