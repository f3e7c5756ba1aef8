package io.steelyard.proxy;

import java.util.Arrays;

/** How many responses of each status went out by each listener of a loop. Loop thread only. */
final class ResponseCounts {
  private static final int CLASS_SIZE = 100;
  private static final int CLASSES = 6;

  /** By listener's slot, then by class of status, then by status: made when first needed. */
  private long[][][] counts = new long[2][][];

  void count(int slot, int status) {
    if (slot >= counts.length) {
      counts = Arrays.copyOf(counts, slot + 2);
    }
    long[][] classes = counts[slot];
    if (classes == null) {
      classes = new long[CLASSES][];
      counts[slot] = classes;
    }
    int c = status / CLASS_SIZE;
    long[] ofClass = classes[c];
    if (ofClass == null) {
      ofClass = new long[CLASS_SIZE];
      classes[c] = ofClass;
    }
    ofClass[status % CLASS_SIZE]++;
  }

  /** The listener is gone, and another may have its slot. */
  void forget(int slot) {
    if (slot < counts.length) {
      counts[slot] = null;
    }
  }

  interface Visitor {
    void visit(int slot, int status, long count);
  }

  void visit(Visitor visitor) {
    for (int l = 0; l < counts.length; l++) {
      for (int c = 0; counts[l] != null && c < CLASSES; c++) {
        long[] ofClass = counts[l][c];
        for (int i = 0; ofClass != null && i < CLASS_SIZE; i++) {
          if (ofClass[i] > 0) {
            visitor.visit(l, c * CLASS_SIZE + i, ofClass[i]);
          }
        }
      }
    }
  }
}
