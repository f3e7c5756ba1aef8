package io.steelyard.app.ha;

import java.util.ArrayList;
import java.util.List;

/**
 * What a row of Steelyard must keep to; a number that does not matter is infinite.
 *
 * @param gapMs longest time without service
 * @param failed requests
 * @param takings of the address by a node
 * @param singleMs until there is one owner
 * @param most owners at a time, in any round
 */
record Bar(double gapMs, double failed, double takings, double singleMs, double most) {
  private static final double ANY = Double.POSITIVE_INFINITY;
  private static final Bar NONE = new Bar(ANY, ANY, ANY, ANY, ANY);
  private static final int SLOW_ADVERTS_MS = 100;

  /** Of leases, which must run out first. */
  private static final double QUORUM_GAP_MS = 2000;

  /**
   * Of a row.
   *
   * @param advertiseMs from one advert to the next
   */
  static Bar of(Row row, int advertiseMs) {
    boolean slow = advertiseMs >= SLOW_ADVERTS_MS;
    return switch (row) {
      case CUT_OFF -> new Bar(slow ? 400 : 120, ANY, 1, ANY, ANY);
      case SIGKILL -> new Bar(250, ANY, 1, ANY, ANY);
      case SIGTERM -> new Bar(ANY, 0, 1, ANY, 1);
      case TAKE_OVER -> new Bar(ANY, 0, 0, ANY, 1);
      case PAUSE -> new Bar(ANY, ANY, 0, ANY, 1);
      case PARTITION, CUT_AND_HEALED -> new Bar(ANY, ANY, ANY, 1000, ANY);
      case LONG_PAUSE, LINK_FLAP, LOOP_HANGS, RESTART -> NONE;
    };
  }

  /** Of a row where an owner needs leases: never two, whatever happens. */
  static Bar withQuorum(Row row) {
    return switch (row) {
      case PAUSE, TAKE_OVER -> new Bar(ANY, 0, 0, ANY, 1);
      case SIGTERM -> new Bar(ANY, 0, 1, ANY, 1);
      case CUT_OFF, SIGKILL, PARTITION -> new Bar(QUORUM_GAP_MS, ANY, ANY, ANY, 1);
      default -> new Bar(ANY, ANY, ANY, ANY, 1);
    };
  }

  /**
   * What is not kept to, a sentence each.
   *
   * @param tolerance by which times may be longer: on a machine that does other things, too
   */
  List<String> missed(Result.Summary summary, double tolerance) {
    List<String> missed = new ArrayList<>();
    check(missed, "ms without service", summary.gapMs(), gapMs * tolerance);
    check(missed, "requests failed", summary.failed(), failed);
    check(missed, "moves of the address", summary.takings(), takings);
    check(missed, "owners at a time", summary.most(), most);
    double single = summary.singleMs() < 0 ? ANY : summary.singleMs();
    if (singleMs < ANY) {
      check(missed, "ms to a single owner", single, singleMs * tolerance);
    }
    return missed;
  }

  private static void check(List<String> missed, String what, double is, double most) {
    if (is > most) {
      missed.add("%.0f %s, at most %.0f allowed".formatted(is, what, most));
    }
  }
}
