package io.steelyard.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.store.tree.KeyStore.Lease;
import io.steelyard.store.tree.StoreException;
import io.steelyard.store.tree.Tree;
import io.steelyard.testkit.Eventually;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The same for stores that are a process of their own, which dies, hangs, and forgets. */
public abstract class FaultContract extends StoreContract {
  protected FaultContract() {}

  /** SIGKILL. */
  protected abstract void kill() throws Exception;

  /** With what it knew; returns once it answers. */
  protected abstract void restart() throws Exception;

  /** With nothing that it knew; returns once it answers. After {@link #kill}. */
  protected abstract void restartEmpty() throws Exception;

  /** SIGSTOP. */
  protected abstract void freeze() throws Exception;

  /** SIGCONT. */
  protected abstract void thaw() throws Exception;

  @Test
  void a_store_that_is_away_is_said_to_be_and_heard_again_when_it_is_back() throws Exception {
    store().write("config", "1", 0);
    Tree tree = store().read();
    store().awaitNewer(tree, A_MOMENT);
    kill();
    assertThatThrownBy(
            () -> {
              Tree known = tree;
              for (int i = 0; i < 3; i++) {
                known = store().awaitNewer(known, A_MOMENT);
              }
            })
        .isInstanceOf(StoreException.class);
    assertThatThrownBy(() -> store().read())
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("cannot be connected to");
    restart();
    Eventually.holds(
        "it is written", () -> store().write("config", "2", store().read().version("config")));
    Tree[] now = {tree};
    Eventually.holds(
        "it is heard",
        () -> {
          now[0] = store().awaitNewer(now[0], SOON);
          return now[0].value("config").orElse("").equals("2");
        });
  }

  @Test
  void a_store_that_is_frozen_is_away_after_its_time_out() throws Exception {
    Tree tree = store().read();
    store().awaitNewer(tree, A_MOMENT);
    freeze();
    try {
      assertThatThrownBy(() -> store().awaitNewer(tree, A_MOMENT))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("does not answer within 2000 ms");
    } finally {
      thaw();
    }
    Eventually.holds("it answers again", () -> store().read().entries().equals(tree.entries()));
  }

  @Test
  void a_store_that_was_set_up_anew_is_read_as_a_whole() throws Exception {
    for (int i = 0; i < 5; i++) {
      store().write("config", "" + i, store().read().version("config"));
    }
    Tree tree = store().read();
    kill();
    restartEmpty();
    Tree[] now = {tree};
    Eventually.holds(
        "the empty tree",
        () -> {
          now[0] = store().awaitNewer(now[0], A_MOMENT);
          return now[0].entries().isEmpty();
        });
  }

  @Test
  void a_lease_that_is_not_renewed_runs_out_and_who_waits_hears_of_it() throws Exception {
    Lease lease = store().lease(Duration.ofSeconds(2));
    lease.write("nodes/lb1", "here");
    Tree[] now = {store().read()};
    assertThat(now[0].entries()).containsKey("nodes/lb1");
    // Some stores wait for twice its time before they let it run out.
    Eventually.within(
        Duration.ofSeconds(30),
        "it has run out",
        () -> {
          now[0] = store().awaitNewer(now[0], SOON);
          return now[0].entries().isEmpty();
        });
  }
}
