package io.steelyard.core.balance;

/**
 * What tells a good server from a better one: the score of a server for the next request; the least
 * is best. All scores fall with the weight.
 */
enum Measure {
  /** Requests in flight, this one included, for the weight. */
  CONNECTIONS {
    @Override
    double read(Candidates candidates, int i) {
      return UNKNOWN;
    }
  },
  /** How long the server's requests would take one after the other, for its weight. */
  LATENCY {
    @Override
    double read(Candidates candidates, int i) {
      double latencyNs = candidates.latencyNs(i);
      return latencyNs > 0 ? Math.min(latencyNs, GREATEST) : UNKNOWN;
    }

    // With the square of its speed: one that is as fast gets as much, a slow one hardly any.
    @Override
    double part(double latencyNs, double mean) {
      double fast = mean / FASTEST;
      double speed = fast / Math.max(latencyNs >= 0 ? latencyNs : mean, fast);
      return speed * speed;
    }
  },
  /**
   * Bytes per second for the weight. What is in flight has not shown in them yet, so each request
   * counts as a small part of the average: servers of the same rate go by load, and a burst of
   * requests does not all go to the one that is least by a hair.
   */
  BANDWIDTH {
    private static final double REQUEST = 1.0 / 256;

    @Override
    double read(Candidates candidates, int i) {
      double rate = candidates.bytesPerSecond(i);
      return rate > 0 ? Math.min(rate, GREATEST) : 0;
    }

    @Override
    double score(double rate, double mean, int load, int weight) {
      return (rate + Math.max(mean, 1) * REQUEST * (load + 1.0)) / weight;
    }
  },
  /**
   * Requests in flight for the part of the weight that the server can still take by its own report.
   * Reports are seconds old: were the least loaded server simply the best, everything would go
   * there until the next one.
   */
  REPORT {
    // From this load on the part falls with its inverse, so that there is always some.
    private static final double NEARLY_FULL = 0.95;

    @Override
    double read(Candidates candidates, int i) {
      double report = candidates.reportedLoad(i);
      if (report > NEARLY_FULL) {
        return (1 - NEARLY_FULL) * NEARLY_FULL / Math.min(report, GREATEST);
      }
      return report >= 0 ? 1 - report : UNKNOWN;
    }

    @Override
    double score(double free, double mean, int load, int weight) {
      return (load + 1.0) / (weight * part(free, mean));
    }

    @Override
    double part(double free, double mean) {
      return free >= 0 ? free : mean;
    }
  };

  /** Of a server of which nothing has been seen. */
  static final double UNKNOWN = -1;

  /** So many times as fast as the mean is as fast as it gets. */
  private static final double FASTEST = 4;

  /** Keeps scores finite whatever is said or seen. */
  private static final double GREATEST = 1e12;

  /** The mean when nothing has been seen of any server. */
  static final double NO_MEAN = 1;

  /**
   * The part of its weight by which a server takes turns with its equals, 0 to 1; parameters as for
   * {@link #score}.
   */
  double part(double measured, double mean) {
    return 1;
  }

  /** Whether two idle servers take turns, by their parts, although their scores differ. */
  boolean areEqualWhenIdle(double one, double other) {
    return this == REPORT || this == LATENCY || one == other;
  }

  /** What is seen of candidate {@code i}, not negative, or {@link #UNKNOWN}. */
  abstract double read(Candidates candidates, int i);

  /**
   * The score of a server.
   *
   * @param measured what {@link #read} gave; a server of which nothing has been seen counts as an
   *     average one: it is neither flooded nor left out
   * @param mean of the servers of which something has been seen
   * @param weight positive
   */
  double score(double measured, double mean, int load, int weight) {
    return (measured >= 0 ? measured : mean) * (load + 1.0) / weight;
  }
}
