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
   * The load that the server reports, times requests in flight, for the weight. Reports are seconds
   * old: one of nothing to do counts as a part of the average, or everything went there.
   */
  REPORT {
    private static final double LEAST = 0.01;
    private static final double LEAST_OF_MEAN = 1.0 / 8;

    @Override
    double read(Candidates candidates, int i) {
      double report = candidates.reportedLoad(i);
      return report >= 0 ? Math.min(report, GREATEST) : UNKNOWN;
    }

    @Override
    double score(double report, double mean, int load, int weight) {
      double least = Math.max(LEAST, mean * LEAST_OF_MEAN);
      double counted = report >= 0 ? report : mean;
      return super.score(Math.max(counted, least), mean, load, weight);
    }
  };

  /** Of a server of which nothing has been seen. */
  static final double UNKNOWN = -1;

  /** Keeps scores finite whatever is said or seen. */
  private static final double GREATEST = 1e12;

  /** The mean when nothing has been seen of any server. */
  static final double NO_MEAN = 1;

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
