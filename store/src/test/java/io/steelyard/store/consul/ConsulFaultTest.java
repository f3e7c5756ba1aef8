package io.steelyard.store.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.store.tree.KeyStore.Lease;
import io.steelyard.store.tree.StoreException;
import io.steelyard.store.tree.Tree;
import io.steelyard.testkit.FreePorts;
import io.steelyard.testkit.consul.FakeConsul;
import io.steelyard.testkit.consul.FakeConsul.Canned;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Consul's documentation warns of, and what no Consul would answer. */
final class ConsulFaultTest extends FakeConsulTest {
  private static final Map<String, String> INDEX = Map.of("X-Consul-Index", "7");

  @Test
  void without_a_leader_it_is_away_and_says_so() throws Exception {
    FakeConsul consul = fake();
    ConsulStore store = client(consul);
    store.write("config", "1", 0);
    Tree tree = store.read();
    consul.leader(false);
    assertThatThrownBy(store::read)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(consul.url())
        .hasMessageContaining("No cluster leader");
    assertThatThrownBy(() -> store.awaitNewer(tree, A_MOMENT)).isInstanceOf(StoreException.class);
    assertThatThrownBy(() -> store.write("config", "2", 1)).isInstanceOf(StoreException.class);
    consul.leader(true);
    assertThat(store.awaitNewer(tree, A_MOMENT)).isEqualTo(tree);
  }

  @Test
  void an_agent_that_is_away_or_knows_no_leader_is_left_for_another_one() throws Exception {
    FakeConsul leaderless = fake();
    FakeConsul consul = fake();
    leaderless.leader(false);
    ConsulStore store =
        client(
            "", List.of(), "http://127.0.0.1:" + FreePorts.any(), leaderless.url(), consul.url());
    assertThat(store.write("config", "1", 0)).isTrue();
    assertThat(store.read().value("config")).contains("1");
    assertThat(leaderless.requests()).isEqualTo(1);
  }

  @Test
  void who_waits_at_an_agent_that_goes_reads_at_another_one_without_waiting() throws Exception {
    FakeConsul first = fake();
    FakeConsul second = fake();
    ConsulStore store = client(first, second);
    first.put("steelyard/config", "1");
    second.put("steelyard/config", "1");
    Tree tree = store.read();
    second.put("steelyard/config", "2");
    first.leader(false);
    assertThat(store.awaitNewer(tree, SOON).value("config")).contains("2");
  }

  @Test
  void an_index_that_goes_back_hides_no_change() throws Exception {
    FakeConsul consul = fake();
    ConsulStore store = client(consul);
    store.write("config", "1", 0);
    store.write("pools/app/servers/a", "10.0.0.1:80", 0);
    store.remove("pools/app/servers/a", store.read().version("pools/app/servers/a"));
    Tree tree = store.read();
    consul.forgetRemoved();
    assertThat(store.read().revision()).isLessThan(tree.revision());
    assertThat(store.awaitNewer(tree, A_MOMENT)).isEqualTo(tree);
    store.write("config", "2", tree.version("config"));
    assertThat(store.awaitNewer(tree, SOON).value("config")).contains("2");
  }

  @Test
  void an_index_is_begun_anew_when_it_went_back_and_is_never_zero() {
    assertThat(ConsulStore.next(5, 7)).isEqualTo(7);
    assertThat(ConsulStore.next(5, 5)).isEqualTo(5);
    assertThat(ConsulStore.next(5, 4)).isZero();
    assertThat(ConsulStore.next(0, 0)).isEqualTo(1);
  }

  @Test
  void waking_up_for_nothing_is_no_change() throws Exception {
    FakeConsul consul = fake();
    ConsulStore store = client(consul);
    store.write("config", "1", 0);
    Tree tree = store.read();
    store.awaitNewer(tree, A_MOMENT);
    for (int i = 0; i < 3; i++) {
      consul.disturb(PREFIX);
      int before = consul.requests();
      assertThat(store.awaitNewer(tree, A_MOMENT)).isSameAs(tree);
      // It was woken up once, and then really waited.
      assertThat(consul.requests() - before).isBetween(2, 3);
    }
  }

  @Test
  void answers_at_once_with_nothing_new_are_not_asked_for_in_a_busy_loop() throws Exception {
    FakeConsul consul = fake();
    ConsulStore store = client(consul);
    consul.put("steelyard/config", "1");
    Tree tree = store.read();
    String same =
        "[{\"Key\":\"steelyard/config\",\"Value\":\"MQ==\",\"ModifyIndex\":%d}]"
            .formatted(tree.version("config"));
    consul.answer(Optional.of(new Canned(200, INDEX, same)));
    int before = consul.requests();
    assertThat(store.awaitNewer(tree, Duration.ofSeconds(1))).isSameAs(tree);
    // Ten at once, then one each 100 ms.
    assertThat(consul.requests() - before).isBetween(11, 22);
  }

  @Test
  void a_pace_lets_a_burst_pass_and_then_one_each_while() {
    Pace pace = new Pace(2, Duration.ofNanos(100), -1000);
    assertThat(pace.waitNs(-1000)).isZero();
    assertThat(pace.waitNs(-1000)).isZero();
    assertThat(pace.waitNs(-1000)).isEqualTo(100);
    assertThat(pace.waitNs(-900)).isEqualTo(100);
    assertThat(pace.waitNs(0)).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "200 ~ <html> ~ no JSON",
        "200 ~ {} ~ no list",
        "200 ~ [1] ~ an object was expected",
        "200 ~ [{}] ~ no text Key",
        "200 ~ [{\"Key\":\"other/config\"}] ~ not below steelyard/",
        "200 ~ [{\"Key\":\"steelyard/c\",\"Value\":1,\"ModifyIndex\":1}] ~ no text as Value of steelyard/c",
        "200 ~ [{\"Key\":\"steelyard/c\",\"Value\":\"%\",\"ModifyIndex\":1}] ~ no Base64 as Value of steelyard/c",
        "200 ~ [{\"Key\":\"steelyard/c\",\"Value\":\"MQ==\"}] ~ no whole number as ModifyIndex of steelyard/c",
        "200 ~ [{\"Key\":\"steelyard/c\",\"Value\":\"MQ==\",\"ModifyIndex\":1.5}] ~ no whole number as ModifyIndex",
        "200 ~ [{\"Key\":\"steelyard/c\",\"Value\":\"MQ==\",\"ModifyIndex\":99999999999999999999}] ~ no whole number",
        "301 ~ moved ~ status 301",
        "400 ~ Bad ~ refuses the request: Bad",
        "429 ~ slow down ~ asked too much: slow down",
        "500 ~ No cluster leader ~ No cluster leader",
        "503 ~ '' ~ status 503"
      })
  void an_answer_that_is_none_is_an_error_and_nothing_else(int status, String text, String why)
      throws Exception {
    FakeConsul consul = fake();
    ConsulStore store = client(consul);
    Tree tree = store.read();
    consul.answer(Optional.of(new Canned(status, INDEX, text)));
    assertThatThrownBy(store::read).isInstanceOf(StoreException.class).hasMessageContaining(why);
    assertThatThrownBy(() -> store.awaitNewer(tree, A_MOMENT))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(why);
    assertThatThrownBy(() -> store.write("config", "1", 0)).isInstanceOf(StoreException.class);
    assertThatThrownBy(() -> store.lease(SOON)).isInstanceOf(StoreException.class);
    consul.answer(Optional.empty());
    assertThat(store.awaitNewer(tree, A_MOMENT)).isEqualTo(tree);
  }

  @Test
  void what_answers_without_an_index_is_no_consul() throws Exception {
    FakeConsul consul = fake();
    ConsulStore store = client(consul);
    for (Map<String, String> headers :
        List.of(Map.<String, String>of(), Map.of("X-Consul-Index", "many"))) {
      consul.answer(Optional.of(new Canned(404, headers, "not found")));
      assertThatThrownBy(store::read)
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("X-Consul-Index");
    }
  }

  @Test
  void an_answer_without_end_is_cut_off() throws Exception {
    FakeConsul consul = fake();
    ConsulStore store = client(consul);
    consul.answer(Optional.of(new Canned(200, INDEX, "[" + " ".repeat(49 << 20) + "]")));
    assertThatThrownBy(store::read)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("more than 48 MiB");
  }

  @Test
  void folders_of_the_user_interface_are_no_keys() throws Exception {
    FakeConsul consul = fake();
    ConsulStore store = client(consul);
    consul.put("steelyard/", "");
    consul.put("steelyard/pools/", "");
    consul.put("steelyard/config", "");
    Tree tree = store.read();
    assertThat(tree.entries()).containsOnlyKeys("config");
    assertThat(tree.value("config")).contains("");
  }

  @Test
  void a_value_that_consul_would_not_take_is_refused_with_its_key() throws Exception {
    ConsulStore store = client(fake());
    assertThat(store.write("config", "x".repeat(512 << 10), 0)).isTrue();
    String value = "x".repeat((512 << 10) + 1);
    assertThatThrownBy(() -> store.write("pools/app/servers/a", value, 0))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("steelyard/pools/app/servers/a")
        .hasMessageContaining("more than 524288 bytes");
  }

  @Test
  void keys_are_escaped_on_their_way() throws Exception {
    ConsulStore store = client(fake());
    assertThat(store.write("nodes/\u00fc ?&#%+\"", "1", 0)).isTrue();
    assertThat(store.read().entries()).containsOnlyKeys("nodes/\u00fc ?&#%+\"");
  }

  @Test
  void what_a_former_life_left_behind_is_written_over_and_outlives_it() throws Exception {
    FakeConsul consul = fake();
    ConsulStore store = client(consul);
    Lease former = client(consul).lease(Duration.ofSeconds(60));
    former.write("nodes/lb1", "before");
    Lease lease = store.lease(Duration.ofSeconds(60));
    lease.write("nodes/lb1", "after");
    former.close();
    assertThat(store.read().value("nodes/lb1")).contains("after");
    lease.close();
    assertThat(store.read().entries()).isEmpty();
    assertThatThrownBy(() -> lease.write("nodes/lb1", "late"))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("run out");
  }

  @Test
  void a_lease_takes_over_a_key_that_nobody_holds() throws Exception {
    FakeConsul consul = fake();
    ConsulStore store = client(consul);
    consul.put("steelyard/nodes/lb1", "by hand");
    try (Lease lease = store.lease(SOON)) {
      lease.write("nodes/lb1", "mine");
      assertThat(store.read().value("nodes/lb1")).contains("mine");
    }
    assertThat(store.read().entries()).isEmpty();
  }

  @Test
  void a_lease_is_never_shorter_than_consul_takes() throws Exception {
    try (Lease lease = client(fake()).lease(Duration.ofMillis(1))) {
      lease.renew();
    }
  }
}
