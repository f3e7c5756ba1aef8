package io.steelyard.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.app.node.Signals.Request;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** In which order signals are taken. */
@Timeout(10)
final class SignalsTest {
  private final Signals signals = new Signals();

  @Test
  void no_number_of_reloads_pushes_a_stop_out() throws Exception {
    for (int i = 0; i < 1000; i++) {
      signals.raise(Request.RELOAD);
    }
    signals.raise(Request.STOP);
    assertThat(signals.await()).isEqualTo(Request.STOP);
    assertThat(signals.await()).isEqualTo(Request.RELOAD);
  }

  @Test
  void a_log_is_opened_again_before_a_reload_and_after_a_stop() throws Exception {
    signals.raise(Request.RELOAD);
    signals.raise(Request.REOPEN);
    signals.raise(Request.STOP);
    signals.raise(Request.REOPEN);
    assertThat(List.of(signals.await(), signals.await(), signals.await()))
        .containsExactly(Request.STOP, Request.REOPEN, Request.RELOAD);
  }

  @Test
  void two_stops_are_two_and_many_reloads_are_one() throws Exception {
    signals.raise(Request.STOP);
    signals.raise(Request.STOP);
    signals.raise(Request.RELOAD);
    signals.raise(Request.RELOAD);
    assertThat(List.of(signals.await(), signals.await(), signals.await()))
        .containsExactly(Request.STOP, Request.STOP, Request.RELOAD);
    signals.raise(Request.STOP);
    assertThat(signals.await()).isEqualTo(Request.STOP);
  }

  @Test
  void who_waits_is_woken_by_a_signal_that_comes_later() throws Exception {
    List<Request> taken = new ArrayList<>();
    Thread waiting =
        Thread.ofVirtual()
            .start(() -> {
              try {
                taken.add(signals.await());
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    signals.raise(Request.RELOAD);
    waiting.join();
    assertThat(taken).containsExactly(Request.RELOAD);
  }
}
