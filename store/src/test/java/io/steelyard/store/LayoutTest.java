package io.steelyard.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.config.ConfigText;
import io.steelyard.store.tree.Tree;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class LayoutTest {
  private static Tree tree(Map<String, String> values) {
    Map<String, Tree.Entry> entries = new TreeMap<>();
    values.forEach((key, value) -> entries.put(key, new Tree.Entry(value, 1)));
    return new Tree(1, new TreeMap<>(entries));
  }

  @Test
  void keys_are_texts_with_the_place_they_came_from() {
    Layout.Content content =
        Layout.content(
            tree(
                Map.of(
                    "config", "listeners: {}",
                    "conf.d/10-api.yaml", "pools: {}",
                    "pools/app/servers/b", "10.0.0.1:80",
                    "pools/app/servers/c.yaml", "10.0.0.2:80",
                    "nodes/lb1", "{}",
                    "vips/51%2F10.0.0.1", "holder=lb1")),
            "etcd://h:1/site/");
    assertThat(content.texts())
        .containsExactly(
            ConfigText.shared("etcd://h:1/site/config", "listeners: {}"),
            ConfigText.shared("etcd://h:1/site/conf.d/10-api.yaml", "pools: {}"),
            ConfigText.server("app", "b", "etcd://h:1/site/pools/app/servers/b", "10.0.0.1:80"),
            ConfigText.server(
                "app", "c", "etcd://h:1/site/pools/app/servers/c.yaml", "10.0.0.2:80"));
    assertThat(content.unknown()).isEmpty();
  }

  @Test
  void keys_that_mean_nothing_are_told() {
    assertThat(
            Layout.content(
                    tree(
                        Map.of(
                            "config/", "",
                            "conf.d/a/b", "",
                            "pool/app/servers/b", "10.0.0.1:80",
                            "pools/app/servers/b/c", "10.0.0.1:80",
                            "pools/app/servers/", "10.0.0.1:80")),
                    "s/")
                .unknown())
        .containsExactlyInAnyOrder(
            "s/config/",
            "s/conf.d/a/b",
            "s/pool/app/servers/b",
            "s/pools/app/servers/b/c",
            "s/pools/app/servers/");
  }

  @Test
  void leases_are_told_from_all_else() {
    Map<String, String> values = Map.of("config", "a", "vips/1", "b", "z", "c", "vip", "d");
    Map<String, String> changed = new TreeMap<>(values);
    changed.put("vips/1", "B");
    changed.put("vips/2", "B");
    assertThat(Layout.sameButLeases(tree(values), tree(changed))).isTrue();
    for (String key : List.of("config", "vip", "vips", "vips0", "z")) {
      Map<String, String> other = new TreeMap<>(values);
      other.put(key, "other");
      assertThat(Layout.sameButLeases(tree(values), tree(other))).as(key).isFalse();
    }
  }
}
