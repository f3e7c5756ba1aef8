package io.steelyard.core.pool;

/**
 * Finds how many requests a pool may have in flight from how its latency answers to them: as long
 * as answers take about as long as they do without a crowd, the limit grows; when they take longer,
 * requests queue in the servers, and it shrinks in proportion. After Netflix' concurrency-limits
 * (Gradient2: the queue that is allowed, the smoothing, no growth without use) and Envoy's adaptive
 * concurrency (the time without a crowd is measured anew now and then, under a lower limit).
 *
 * <pre>
 *   limit' = limit x clamp(TOLERANCE x base / typical, 1/2, 1) + sqrt(limit)
 * </pre>
 *
 * <p>With servers that do {@code c} requests at a time it comes to rest near {@code TOLERANCE x c}.
 * One thread; always within its bounds.
 */
public final class AdaptiveLimit {
  /** Answers may take this much longer than without a crowd. */
  static final double TOLERANCE = 1.5;

  /** How long the time without a crowd is believed while there is one. */
  static final long BASE_AGE_NS = 60_000_000_000L;

  private static final int LIMIT_FIRST = 64;
  private static final int ANSWERS_MIN = 50;
  private static final long WINDOW_MAX_NS = 1_000_000_000L;
  private static final double SMOOTHING = 0.2;
  private static final double BASE_SMOOTHING = 0.1;
  private static final double TIMED_OUT_MAX = 0.1;
  private static final double TIMED_OUT_FACTOR = 0.9;
  private static final double DIP = 0.5;
  private static final long DIP_MIN_NS = 300_000_000L;
  private static final long DIP_MAX_NS = 5_000_000_000L;
  private static final double LN_2 = StrictMath.log(2);

  private int limitMin;
  private int limitMax;
  private double limit;

  // The window that is being filled.
  private boolean filling;
  private long sinceNs;
  private long answers;
  private double log2;
  private long timedOut;
  private int inFlightMost;

  private double baseNs;
  private long baseAtNs;
  private boolean dipping;
  private long dipAtNs;
  private long dipNs;

  /** Between {@code limitMin} and {@code limitMax}, both at least 1. */
  public AdaptiveLimit(int limitMin, int limitMax) {
    bounds(limitMin, limitMax);
    this.limit = Math.clamp(LIMIT_FIRST, limitMin, limitMax);
  }

  /** Other bounds; what was found is kept as far as they allow. */
  public void bounds(int least, int most) {
    if (least < 1 || most < least) {
      throw new IllegalArgumentException("between " + least + " and " + most);
    }
    limitMin = least;
    limitMax = most;
    limit = Math.clamp(limit, least, most);
  }

  /** Requests that may be in flight at a time; lower while the time without a crowd is measured. */
  public int limit() {
    return Math.max(limitMin, (int) (dipping ? limit * DIP : limit));
  }

  /** Nanoseconds to the first byte without a crowd; 0 as long as that is not known. */
  public double baseNs() {
    return baseNs;
  }

  /**
   * A short time has passed; what has come is judged as soon as it says something.
   *
   * @param answered responses that began in it
   * @param typicalNs their typical time to the first byte
   * @param late tries that had no answer in time
   * @param inFlight the requests that are in flight now
   * @return the limit from now on
   */
  public int window(long answered, double typicalNs, long late, int inFlight, long nowNs) {
    fill(answered, typicalNs, late, inFlight, nowNs);
    if (answers + timedOut >= ANSWERS_MIN || nowNs - sinceNs >= WINDOW_MAX_NS) {
      judge(nowNs);
      filling = false;
    }
    return limit();
  }

  private void fill(long answered, double typicalNs, long late, int inFlight, long nowNs) {
    if (!filling) {
      filling = true;
      sinceNs = nowNs;
      answers = 0;
      log2 = 0;
      timedOut = 0;
      inFlightMost = 0;
    }
    answers += answered;
    log2 += answered > 0 ? answered * StrictMath.log(Math.max(1, typicalNs)) / LN_2 : 0;
    timedOut += late;
    inFlightMost = Math.max(inFlightMost, inFlight);
  }

  private void judge(long nowNs) {
    if (timedOut > TIMED_OUT_MAX * (answers + timedOut)) {
      limit = Math.max(limitMin, limit * TIMED_OUT_FACTOR);
    } else if (answers > 0) {
      judge(StrictMath.pow(2, log2 / answers), nowNs);
    }
  }

  private void judge(double typicalNs, long nowNs) {
    boolean crowded = 2L * inFlightMost >= limit();
    if (baseNs == 0) {
      rebase(typicalNs, nowNs);
    } else if (dipping) {
      dip(typicalNs, nowNs);
      return;
    } else if (!crowded) {
      rebase(baseNs + BASE_SMOOTHING * (typicalNs - baseNs), nowNs);
    } else if (typicalNs < baseNs) {
      baseNs += BASE_SMOOTHING * (typicalNs - baseNs);
    }
    if (crowded) {
      move(TOLERANCE * baseNs / typicalNs);
      if (nowNs - baseAtNs >= BASE_AGE_NS) {
        dipping = true;
        dipAtNs = nowNs;
        dipNs = Math.clamp((long) (2 * typicalNs), DIP_MIN_NS, DIP_MAX_NS);
      }
    }
  }

  /** The first half of a dip empties the servers' queues; what comes after shows the base. */
  private void dip(double typicalNs, long nowNs) {
    if (nowNs - dipAtNs >= dipNs) {
      dipping = false;
      rebase(typicalNs, nowNs);
    }
  }

  private void rebase(double nextNs, long nowNs) {
    baseNs = nextNs;
    baseAtNs = nowNs;
  }

  private void move(double gradient) {
    double next = limit * Math.clamp(gradient, 0.5, 1) + Math.sqrt(limit);
    // Room is found at once, a crowd is believed by and by: one window may be noise.
    double smoothed = next >= limit ? next : limit + SMOOTHING * (next - limit);
    limit = Math.clamp(smoothed, limitMin, limitMax);
  }
}
