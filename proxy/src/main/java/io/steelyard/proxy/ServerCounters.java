package io.steelyard.proxy;

/** What one loop counts of one server. Loop thread only. */
final class ServerCounters {
  private static final int CLASS_SIZE = 100;

  /** By listener's ordinal, then by class of status, then by status: made when first needed. */
  private long[][][] responses = new long[2][][];

  long connects;
  long connectFailures;
  long retries;

  /** Load reports that nothing could be made of. */
  long brokenReports;

  /** Retries that the pool had no budget for. */
  long retriesDenied;

  final Histogram connectSeconds = new Histogram();
  final Histogram firstByteSeconds = new Histogram();

  void response(int listener, int status) {
    if (listener >= responses.length) {
      responses = java.util.Arrays.copyOf(responses, listener + 2);
    }
    long[][] classes = responses[listener];
    if (classes == null) {
      classes = new long[6][];
      responses[listener] = classes;
    }
    int c = status / CLASS_SIZE;
    long[] counts = classes[c];
    if (counts == null) {
      counts = new long[CLASS_SIZE];
      classes[c] = counts;
    }
    counts[status % CLASS_SIZE]++;
  }

  interface ResponseVisitor {
    void visit(int listener, int status, long count);
  }

  void responses(ResponseVisitor visitor) {
    for (int l = 0; l < responses.length; l++) {
      for (int c = 0; responses[l] != null && c < responses[l].length; c++) {
        long[] counts = responses[l][c];
        for (int i = 0; counts != null && i < counts.length; i++) {
          if (counts[i] > 0) {
            visitor.visit(l, c * CLASS_SIZE + i, counts[i]);
          }
        }
      }
    }
  }
}
