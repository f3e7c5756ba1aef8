package io.steelyard.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The loop itself: its clock, its tasks, its thread. */
final class LoopTest extends TransportTest {
  @ParameterizedTest
  @EnumSource
  void timers_fire_after_their_deadline_and_tasks_wake_the_loop(Transport transport)
      throws Exception {
    start(transport);
    CompletableFuture<Long> lateNs = new CompletableFuture<>();
    onLoop(() -> {
      long deadline = System.nanoTime() + 50_000_000;
      loop.schedule(
          new Timer() {
            @Override
            protected void expired(long nowNs) {
              lateNs.complete(nowNs - deadline);
            }
          },
          deadline);
    });
    assertThat(lateNs.get(5, TimeUnit.SECONDS)).isGreaterThanOrEqualTo(0);
  }

  /** The 41st field is the policy (proc_pid_stat(5)). */
  private static int schedulingPolicy(Transport transport, boolean oneOfSeveral) throws Exception {
    Loop one = Loop.start(transport, new LoopOptions(0, 64, oneOfSeveral));
    CompletableFuture<String> stat = new CompletableFuture<>();
    one.execute(() -> {
      try {
        stat.complete(Files.readString(Path.of("/proc/thread-self/stat")));
      } catch (IOException e) {
        stat.completeExceptionally(e);
      }
    });
    String line = stat.get(10, TimeUnit.SECONDS);
    one.close();
    return Integer.parseInt(line.substring(line.lastIndexOf(')') + 2).split(" ", -1)[38]);
  }

  @ParameterizedTest
  @EnumSource
  void one_loop_of_several_does_not_interrupt_who_runs_when_it_wakes_up(Transport transport)
      throws Exception {
    int batch = 3;
    assertThat(schedulingPolicy(transport, true)).isEqualTo(batch);
    assertThat(schedulingPolicy(transport, false)).isZero();
  }
}
