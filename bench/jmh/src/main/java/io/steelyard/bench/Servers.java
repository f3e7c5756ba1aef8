package io.steelyard.bench;

import io.steelyard.core.balance.Algorithm;
import io.steelyard.core.balance.Balancer;
import io.steelyard.core.balance.BalancerSpec;
import io.steelyard.core.balance.BalancerSpec.Member;
import io.steelyard.core.balance.Balancers;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Servers that all loops share: loads in cells of each loop, what is seen of them in arrays. */
@State(Scope.Benchmark)
public class Servers {
  static final int LOOPS = 4;

  /** Weights as configured; in effect they are multiples of a full ramp. */
  private static final int[] WEIGHTS = {1, 2, 3, 5, 8};

  private static final int FULL_RAMP = 256;

  @Param({
    "round-robin",
    "random",
    "power-of-two",
    "first",
    "hash",
    "hash bounded-load",
    "least-connections",
    "least-response-time",
    "least-bandwidth",
    "custom-load"
  })
  String algorithm;

  @Param({"10", "100", "1000", "10000"})
  int servers;

  AtomicIntegerArray[] inFlight;
  int[] weights;
  double[] latenciesNs;
  double[] rates;
  double[] reports;
  private Supplier<Balancer> perLoop;
  private AtomicInteger loops;

  @Setup
  public void prepare() {
    SplittableRandom random = new SplittableRandom(servers);
    inFlight = new AtomicIntegerArray[LOOPS];
    for (int loop = 0; loop < LOOPS; loop++) {
      inFlight[loop] = new AtomicIntegerArray(servers);
    }
    weights = IntStream.range(0, servers).map(i -> weight(i) * FULL_RAMP).toArray();
    latenciesNs = random.doubles(servers, 1e6, 20e6).toArray();
    rates = random.doubles(servers, 1e5, 2e6).toArray();
    reports = random.doubles(servers, 0.1, 0.9).toArray();
    perLoop = Balancers.perLoop(spec());
    loops = new AtomicInteger();
  }

  private BalancerSpec spec() {
    Algorithm named = Algorithm.of(algorithm.split(" ")[0]).orElseThrow();
    return new BalancerSpec(
        named,
        IntStream.range(0, servers)
            .mapToObj(i -> new Member("10.0." + i / 250 + "." + i % 250, weight(i), false, false))
            .toList(),
        algorithm.endsWith("bounded-load") ? 1.25 : 0);
  }

  private static int weight(int i) {
    return WEIGHTS[i % WEIGHTS.length];
  }

  /** The next loop's number. */
  int join() {
    return loops.getAndIncrement() % LOOPS;
  }

  Balancer balancer() {
    return perLoop.get();
  }
}
