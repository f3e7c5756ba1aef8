package io.steelyard.bench;

import io.steelyard.core.balance.Balancer;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What choosing a server costs. Each thread is an event loop of its own. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PickBenchmark {
  /** An event loop with requests in flight, three for each server and loop on average. */
  @State(Scope.Thread)
  public static class Loop {
    private static final int OPEN_PER_SERVER = 3;

    private final SplittableRandom random = new SplittableRandom(7);
    private LoopView view;
    private Balancer balancer;
    private int[] open;
    private int oldest;

    @Setup
    public void join(Servers servers) {
      view = new LoopView(servers, servers.join());
      balancer = servers.balancer();
      open = new int[OPEN_PER_SERVER * servers.servers];
      for (int i = 0; i < open.length; i++) {
        open[i] = begin();
      }
    }

    private int begin() {
      int picked = balancer.pick(view, random.nextLong(), random);
      view.begin(picked);
      balancer.changed(view, picked);
      return picked;
    }

    private void end(int i) {
      view.end(i);
      balancer.changed(view, i);
    }
  }

  /** CPU time of the thread, which says more than the clock where others want the cores too. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.EVENTS)
  public static class Cost {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    public long operations;
    public long cpuNs;
    private long before;

    @Setup(Level.Iteration)
    public void start() {
      before = THREADS.getCurrentThreadCpuTime();
    }

    @TearDown(Level.Iteration)
    public void stop() {
      cpuNs = THREADS.getCurrentThreadCpuTime() - before;
    }
  }

  /** A choice alone; no request begins or ends. */
  @Benchmark
  public int pick(Loop loop, Cost cost) {
    cost.operations++;
    return loop.balancer.pick(loop.view, loop.random.nextLong(), loop.random);
  }

  /** A request: one ends that began long ago, one is placed and begins. */
  @Benchmark
  public int request(Loop loop, Cost cost) {
    cost.operations++;
    int at = loop.oldest;
    loop.end(loop.open[at]);
    loop.oldest = at + 1 == loop.open.length ? 0 : at + 1;
    return loop.open[at] = loop.begin();
  }

  /** A choice after a server's standing or ramp has changed, and everything is prepared anew. */
  @Benchmark
  public int newEpoch(Loop loop, Cost cost) {
    cost.operations++;
    loop.view.epoch++;
    return loop.balancer.pick(loop.view, loop.random.nextLong(), loop.random);
  }
}
