package io.steelyard.share;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.share.store.Store.UnavailableException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PagesTest {
  private static FakeNode node(int sessions) {
    FakeNode node = new FakeNode(sessions);
    for (int key = 1; key <= sessions; key++) {
      node.put(key, 1);
    }
    return node;
  }

  @Test
  void all_come_in_pages_of_bounded_size() throws Exception {
    List<Integer> sizes = new ArrayList<>();
    List<Long> keys = new ArrayList<>();
    Pages.turn(
        node(25),
        10,
        page -> {
          sizes.add(page.size());
          page.forEach(e -> keys.add(e.low));
        });
    assertThat(sizes).containsExactly(10, 10, 5);
    assertThat(keys).doesNotHaveDuplicates().hasSize(25);
    Pages.turn(node(0), 10, page -> sizes.add(page.size()));
    assertThat(sizes).hasSize(3);
  }

  /** They were all copied before the first one was read. */
  @Test
  void a_page_shows_what_has_changed_while_others_were_read() throws Exception {
    FakeNode node = node(20);
    List<Long> servers = new ArrayList<>();
    Pages.turn(
        node,
        10,
        page -> {
          page.forEach(e -> servers.add(e.server));
          for (int key = 1; key <= 20; key++) {
            node.put(key, 2);
          }
        });
    assertThat(servers.subList(0, 10)).containsOnly(1L);
    assertThat(servers.subList(10, 20)).containsOnly(2L);
  }

  @Test
  void trouble_ends_it() {
    List<Integer> sizes = new ArrayList<>();
    UnavailableException trouble = new UnavailableException("away", null);
    assertThatThrownBy(() ->
            Pages.turn(
                node(25),
                10,
                page -> {
                  sizes.add(page.size());
                  throw trouble;
                }))
        .isSameAs(trouble);
    assertThat(sizes).containsExactly(10);
  }
}
