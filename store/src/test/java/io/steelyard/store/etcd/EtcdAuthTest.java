package io.steelyard.store.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.store.tree.StoreException;
import io.steelyard.store.tree.Tree;
import io.steelyard.testkit.Eventually;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a real etcd that asks who is there. */
final class EtcdAuthTest extends EtcdTest {
  private static final String PASSWORD = "s3cret pa\"ss";

  private EtcdStore known;

  EtcdAuthTest() {
    super(1, Duration.ofSeconds(2));
  }

  @BeforeEach
  void enable() throws Exception {
    etcd.enableAuth(PASSWORD);
    known = store("root", PASSWORD);
  }

  @AfterEach
  void closeKnown() {
    known.close();
  }

  private EtcdStore store(String user, String password) {
    return EtcdStore.of(
        new EtcdOptions(
            etcd.urls(),
            "/steelyard/",
            Optional.of(new EtcdOptions.User(user, password)),
            Duration.ofSeconds(2)));
  }

  @Test
  void who_has_the_password_reads_writes_and_hears() throws Exception {
    Tree tree = known.read();
    assertThat(known.write("config", "1", 0)).isTrue();
    assertThat(known.awaitNewer(tree, SOON).value("config")).contains("1");
  }

  @Test
  void who_has_another_one_or_none_is_told_so() {
    try (EtcdStore stranger = store("root", "hunter2")) {
      assertThatThrownBy(stranger::read)
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("invalid user ID or password")
          .hasMessageNotContaining("hunter2");
      assertThatThrownBy(store::read)
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("user name is empty");
    }
  }

  @Test
  void a_token_that_ended_with_its_etcd_is_renewed_in_the_watch_too() throws Exception {
    known.write("config", "1", 0);
    Tree[] now = {known.awaitNewer(known.read(), A_MOMENT)};
    etcd.kill(0);
    etcd.restart(0);
    // Checking a password takes etcd a while.
    Eventually.holds(
        "it is written",
        () ->
            known.write("config", "2", now[0].version("config"))
                || known.read().value("config").equals(Optional.of("2")));
    Eventually.holds(
        "it is heard",
        () -> {
          now[0] = known.awaitNewer(now[0], SOON);
          return now[0].value("config").equals(Optional.of("2"));
        });
  }

  @Test
  void a_watch_that_is_opened_with_a_token_that_has_ended_is_opened_again() throws Exception {
    Tree[] now = {known.read()};
    etcd.kill(0);
    etcd.restart(0);
    try (EtcdStore other = store("root", PASSWORD)) {
      Eventually.holds("it is written", () -> other.write("config", "1", 0));
    }
    Eventually.holds(
        "it is heard",
        () -> {
          now[0] = known.awaitNewer(now[0], A_MOMENT);
          return now[0].value("config").equals(Optional.of("1"));
        });
  }
}
