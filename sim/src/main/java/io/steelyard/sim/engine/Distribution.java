package io.steelyard.sim.engine;

import java.util.random.RandomGenerator;

/** How a number, of nanoseconds or bytes, varies. Never negative. */
public sealed interface Distribution {
  /** The next one. */
  long draw(RandomGenerator random);

  /** What they are on average. */
  double mean();

  /** Always the same. */
  record Constant(long value) implements Distribution {
    @Override
    public long draw(RandomGenerator random) {
      return value;
    }

    @Override
    public double mean() {
      return value;
    }
  }

  /** Without memory: a server of unpredictable work (M/M/c). */
  record Exponential(double mean) implements Distribution {
    @Override
    public long draw(RandomGenerator random) {
      return (long) (mean * random.nextExponential());
    }
  }

  /**
   * Mostly small, now and then very large: what web servers' times look like.
   *
   * @param sigma of the logarithm; 1 gives a p99 of six times the mean
   */
  record LogNormal(double mean, double sigma) implements Distribution {
    @Override
    public long draw(RandomGenerator random) {
      // StrictMath: the same bytes on every machine.
      double exponent = sigma * random.nextGaussian() - sigma * sigma / 2;
      return (long) Math.min(mean * StrictMath.exp(exponent), Long.MAX_VALUE / 4.0);
    }
  }

  /** Anything between two bounds. */
  record Uniform(long least, long most) implements Distribution {
    @Override
    public long draw(RandomGenerator random) {
      return least == most ? least : random.nextLong(least, most + 1);
    }

    @Override
    public double mean() {
      return (least + (double) most) / 2;
    }
  }
}
