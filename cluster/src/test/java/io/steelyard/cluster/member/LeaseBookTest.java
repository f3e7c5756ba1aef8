package io.steelyard.cluster.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.cluster.member.LeaseBook.Entry;
import io.steelyard.cluster.member.LeaseBook.Write;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One step after the other; times are moved by hand. */
final class LeaseBookTest {
  private static final long MS = 1_000_000;
  private static final long LEASE_NS = 1_000 * MS;
  private static final long GUARD_NS = 100 * MS;

  /** By which others' clocks may be slower. */
  private static final long DRIFT_NS = LEASE_NS / 50;

  private static final String NAME = "51/192.0.2.1";

  private final Map<String, Entry> store = new HashMap<>();
  private final LeaseBook first = new LeaseBook("n1", 1, LEASE_NS, GUARD_NS, 0);
  private final LeaseBook second = new LeaseBook("n2", 2, LEASE_NS, GUARD_NS, 0);
  private long revision;
  private long nowNs;

  @Test
  void who_wants_it_has_it_once_nothing_was_seen_of_another_for_a_lease() {
    first.wants(Set.of(NAME), nowNs);
    turn(first);
    assertThat(text()).contains("holder=n1").contains("state=new");
    turn(first);
    pass(LEASE_NS + DRIFT_NS - MS, first);
    assertThat(first.untilNs(nowNs)).isEmpty();
    pass(2 * MS, first);
    assertThat(first.untilNs(nowNs)).containsKey(NAME);
    assertThat(text()).contains("state=held").contains("lease-ms=1000");
  }

  @Test
  void it_is_held_until_the_lease_less_the_guards_time_after_it_was_sent() {
    first.wants(Set.of(NAME), nowNs);
    free();
    read(first);
    Write write = first.writes(nowNs).getFirst();
    nowNs += 300 * MS;
    first.answered(write, true, nowNs);
    assertThat(first.untilNs(nowNs)).isEqualTo(Map.of(NAME, LEASE_NS - GUARD_NS));
    assertThat(first.untilNs(LEASE_NS - GUARD_NS)).isEmpty();
    assertThat(first.counts()).containsEntry("taken", 1L).containsEntry("lost", 1L);
  }

  @Test
  void a_holder_that_is_not_seen_any_more_is_succeeded_after_its_lease_and_not_before() {
    holdFirst();
    second.wants(Set.of(NAME), nowNs);
    turn(second);
    long seenNs = nowNs;
    pass(LEASE_NS + DRIFT_NS - MS, second);
    assertThat(second.untilNs(nowNs)).isEmpty();
    assertThat(first.untilNs(nowNs)).isEmpty();
    pass(2 * MS, second);
    assertThat(second.untilNs(nowNs)).containsKey(NAME);
    assertThat(nowNs - seenNs).isEqualTo(LEASE_NS + DRIFT_NS + MS);
  }

  @Test
  void a_longer_lease_of_the_holder_counts() {
    put(new LeaseRecord("n9", 9, 1, 5_000, LeaseRecord.State.HELD).text());
    second.wants(Set.of(NAME), nowNs);
    turn(second);
    pass(5_050 * MS, second);
    assertThat(second.untilNs(nowNs)).isEmpty();
    pass(51 * MS, second);
    assertThat(second.untilNs(nowNs)).containsKey(NAME);
  }

  @Test
  void one_that_renews_in_time_stays() {
    holdFirst();
    second.wants(Set.of(NAME), nowNs);
    for (int i = 0; i < 50; i++) {
      nowNs += 100 * MS;
      turn(first);
      turn(second);
      assertThat(first.untilNs(nowNs)).containsKey(NAME);
    }
    assertThat(second.untilNs(nowNs)).isEmpty();
    assertThat(first.counts().get("renewed")).isBetween(20L, 30L);
    assertThat(first.counts().get("lost")).isZero();
  }

  @Test
  void what_is_given_up_is_taken_at_once() {
    holdFirst();
    second.wants(Set.of(NAME), nowNs);
    turn(second);
    first.wants(Set.of(), nowNs);
    assertThat(first.untilNs(nowNs)).isEmpty();
    turn(first);
    assertThat(text()).contains("state=free");
    assertThat(first.isGivingUp()).isTrue();
    turn(first);
    assertThat(first.isGivingUp()).isFalse();
    second.changed();
    turn(second);
    assertThat(second.untilNs(nowNs)).containsKey(NAME);
  }

  @Test
  void what_was_given_up_and_is_wanted_again_is_not_held_by_what_was_on_its_way() {
    holdFirst();
    pass(200 * MS, first);
    read(first);
    nowNs += 200 * MS;
    List<Write> renewals = first.writes(nowNs);
    assertThat(renewals).hasSize(1);
    first.wants(Set.of(), nowNs);
    first.wants(Set.of(NAME), nowNs);
    first.answered(renewals.getFirst(), write(renewals.getFirst()), nowNs);
    assertThat(first.untilNs(nowNs)).isEmpty();
    turn(first);
    assertThat(first.untilNs(nowNs)).containsKey(NAME);
  }

  @Test
  void a_process_that_succeeds_another_one_of_its_node_has_it_at_once_and_another_node_later() {
    holdFirst();
    LeaseBook successor = new LeaseBook("n1", 3, LEASE_NS, GUARD_NS, nowNs);
    successor.wants(Set.of(NAME), nowNs);
    second.wants(Set.of(NAME), nowNs);
    turn(successor);
    assertThat(successor.untilNs(nowNs)).isEmpty();
    first.pass(nowNs);
    turn(first);
    second.changed();
    turn(second);
    assertThat(second.untilNs(nowNs)).isEmpty();
    successor.changed();
    turn(successor);
    assertThat(successor.untilNs(nowNs)).containsKey(NAME);
  }

  /** Of a store that was set up anew from an old copy. */
  @Test
  void what_was_given_up_long_ago_says_nothing() {
    holdFirst();
    second.wants(Set.of(NAME), nowNs);
    turn(second);
    store.put(
        NAME,
        new Entry(new LeaseRecord("n2", 9, 1, 1_000, LeaseRecord.State.FREE).text(), revision - 1));
    second.changed();
    turn(second);
    assertThat(second.untilNs(nowNs)).isEmpty();
    pass(LEASE_NS + DRIFT_NS, second);
    assertThat(second.untilNs(nowNs)).containsKey(NAME);
  }

  @Test
  void what_an_operator_wrote_there_is_waited_for_and_overwritten() {
    put("hands off");
    first.wants(Set.of(NAME), nowNs);
    turn(first);
    pass(LEASE_NS, first);
    assertThat(first.untilNs(nowNs)).isEmpty();
    pass(DRIFT_NS, first);
    assertThat(first.untilNs(nowNs)).containsKey(NAME);
  }

  @Test
  void a_store_that_does_not_answer_is_asked_again_but_not_faster_than_that() {
    first.wants(Set.of(NAME), nowNs);
    int asked = 0;
    for (int i = 0; i < 1_000; i++) {
      nowNs += MS;
      if (first.beginReading(nowNs)) {
        asked++;
        first.readFailed(nowNs, nowNs);
      }
    }
    assertThat(asked).isBetween(5, 12);
    assertThat(first.reads(nowNs)).isFalse();
    assertThat(first.counts()).containsEntry("failed", (long) asked);
  }

  @Test
  void a_store_that_takes_no_writes_is_noticed_after_a_lease() {
    free();
    first.wants(Set.of(NAME), nowNs);
    for (int i = 0; i < 20; i++) {
      assertThat(first.isWritable(nowNs)).isTrue();
      nowNs += 50 * MS;
      read(first);
      first.writes(nowNs).forEach(write -> first.unanswered(write, nowNs));
    }
    nowNs += LEASE_NS;
    assertThat(first.isWritable(nowNs)).isFalse();
    read(first);
    turn(first);
    assertThat(first.isWritable(nowNs)).isTrue();
  }

  @Test
  void a_call_that_never_ends_is_forgotten_after_a_lease() {
    free();
    first.wants(Set.of(NAME), nowNs);
    read(first);
    Write hangs = first.writes(nowNs).getFirst();
    assertThat(first.beginReading(nowNs + 500 * MS)).isTrue();
    nowNs += LEASE_NS;
    assertThat(first.writes(nowNs)).isEmpty();
    nowNs += LEASE_NS;
    turn(first);
    assertThat(first.untilNs(nowNs)).containsKey(NAME);
    long untilNs = first.untilNs(nowNs).get(NAME);
    first.answered(hangs, true, nowNs);
    assertThat(first.untilNs(nowNs)).isEqualTo(Map.of(NAME, untilNs));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"51/192.0.2.1", "group web", "..", ".a", "52/2001:db8::1", "ä%2F", "a.b-C"})
  void a_name_is_one_segment_of_a_key(String name) {
    String segment = LeaseRecord.segment(name);
    assertThat(segment).matches("[A-Za-z0-9%-][A-Za-z0-9%.-]*");
    assertThat(LeaseRecord.name(segment)).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "holder=a life=1 count=1 lease-ms=1000",
        "holder=a life=1 count=1 lease-ms=600001 state=held",
        "holder=a life=1 count=1 lease-ms=1000 state=mine",
        "holder=a b life=1 count=1 lease-ms=1000 state=held"
      })
  void what_is_no_record_is_none(String text) {
    assertThat(LeaseRecord.parse(text)).isEmpty();
  }

  @Test
  void a_record_is_read_as_it_was_written() {
    for (LeaseRecord.State state : LeaseRecord.State.values()) {
      LeaseRecord record = new LeaseRecord("a b", -5, 7, 3_000, state);
      assertThat(LeaseRecord.parse(record.text())).contains(record);
    }
  }

  private void holdFirst() {
    free();
    first.wants(Set.of(NAME), nowNs);
    turn(first);
    assertThat(first.untilNs(nowNs)).containsKey(NAME);
  }

  private void free() {
    put(new LeaseRecord("n9", 9, 1, 1_000, LeaseRecord.State.FREE).text());
  }

  private void put(String text) {
    revision++;
    store.put(NAME, new Entry(text, revision));
  }

  private String text() {
    return store.get(NAME).text();
  }

  private void pass(long ns, LeaseBook book) {
    nowNs += ns;
    turn(book);
  }

  /** It reads if it wants to, and writes what it wants to. */
  private void turn(LeaseBook book) {
    read(book);
    for (Write write : book.writes(nowNs)) {
      book.answered(write, write(write), nowNs);
    }
  }

  private void read(LeaseBook book) {
    if (book.beginReading(nowNs)) {
      book.saw(Map.copyOf(store), nowNs, nowNs);
    }
  }

  private boolean write(Write write) {
    Entry found = store.get(write.name());
    if ((found == null ? 0 : found.version()) != write.version()) {
      return false;
    }
    put(write.text());
    return true;
  }
}
