package io.steelyard.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ConfigDiffTest {
  private static List<String> changes(String before, String after) {
    return ConfigDiff.between(text(before), text(after)).stream()
        .map(ConfigChange::toString)
        .toList();
  }

  private static List<ConfigText> text(String text) {
    return List.of(ConfigText.own("a", text));
  }

  @Test
  void keys_are_told_by_their_path() {
    assertThat(
            changes(
                "pools: {app: {balance: random, panic-threshold: 10%, servers: [10.0.0.1:80]}}",
                "pools: {app: {balance: first, slow-start: 5s, servers: [10.0.0.1:80]}, b: {c: d}}"))
        .containsExactly(
            "~ pools.app.balance: random -> first",
            "- pools.app.panic-threshold: 10%",
            "+ pools.app.slow-start: 5s",
            "+ pools.b: {c: d}");
  }

  @Test
  void servers_go_by_their_names_wherever_they_stand() {
    assertThat(
            changes(
                "pools: {app: {servers: [10.0.0.1:80, {name: b, address: 10.0.0.2:80}]}}",
                "pools: {app: {servers: [{name: b, address: 10.0.0.2:80, weight: 2}, 10.0.0.1:80,"
                    + " 10.0.0.3:80]}}"))
        .containsExactly(
            "+ pools.app.servers.b.weight: 2", "+ pools.app.servers.10.0.0.3:80: 10.0.0.3:80");
  }

  @Test
  void of_other_lists_the_order_counts() {
    String one = "listeners: {web: {routes: [{path: /a, pool: a}, {pool: b}]}}";
    assertThat(changes(one, "listeners: {web: {routes: [{pool: b}, {path: /a, pool: a}]}}"))
        .containsExactly("~ listeners.web.routes: another order -> {pool: b}, {path: /a, pool: a}");
    assertThat(changes(one, "listeners: {web: {routes: [{path: /a, pool: a}, {pool: c}]}}"))
        .containsExactly("- listeners.web.routes: {pool: b}", "+ listeners.web.routes: {pool: c}");
  }

  @Test
  void that_a_secret_has_changed_is_told_but_not_the_secret() {
    assertThat(
            changes(
                "state: {share: 'redis://joe:old@h:1'}", "state: {share: 'redis://joe:new@h:1'}"))
        .containsExactly(
            "~ state.share: redis://joe:***@h:1 -> redis://joe:***@h:1 (another secret)");
    assertThat(
            changes(
                "state: {share: ['redis://joe:old@h:1']}",
                "state: {share: ['redis://joe:new@h:1', 'redis://k:x@i:1']}"))
        .containsExactly(
            "- state.share: redis://joe:***@h:1",
            "+ state.share: redis://joe:***@h:1 (another secret)",
            "+ state.share: redis://k:***@i:1");
    String check = "pools: {app: {health: {http: {path: /, headers: {%s}}}}}";
    assertThat(
            changes(
                check.formatted("Authorization: old, Accept: a"),
                check.formatted("Authorization: new, Accept: b")))
        .containsExactly(
            "~ pools.app.health.http.headers.Authorization: *** -> *** (another secret)",
            "~ pools.app.health.http.headers.Accept: a -> b");
    assertThat(changes(check.formatted("X-Api-Key: one"), check.formatted("Accept: b")))
        .containsExactly(
            "- pools.app.health.http.headers.X-Api-Key: ***",
            "+ pools.app.health.http.headers.Accept: b");
  }

  @Test
  void the_way_of_writing_does_not_count() {
    assertThat(
            changes(
                "pools: {app: {balance: \"random\"}} # why",
                "pools:\n  app:\n    balance: random\n"))
        .isEmpty();
  }

  @Test
  void servers_that_stand_by_themselves_are_part_of_it() {
    List<ConfigText> before =
        List.of(
            ConfigText.own("own", "zone: a"),
            ConfigText.shared("s", "pools: {app: {balance: first}}"));
    List<ConfigText> after =
        List.of(
            ConfigText.own("own", "zone: a"),
            ConfigText.shared("s", "pools: {app: {balance: first}}"),
            ConfigText.server("app", "x", "s/x", "10.0.0.1:80"));
    assertThat(ConfigDiff.between(before, after))
        .singleElement()
        .hasToString("+ pools.app.servers.x: {name: x, address: 10.0.0.1:80}");
    assertThat(ConfigDiff.between(List.of(), before)).hasSize(2);
  }

  @Test
  void passwords_are_masked_and_long_values_cut() {
    assertThat(changes("state: {}", "state: {share: 'redis://joe:secret@h:1/0'}"))
        .containsExactly("+ state.share: redis://joe:***@h:1/0");
    assertThat(changes("a: b", "a: " + "x".repeat(500)).getFirst()).hasSizeLessThan(220);
  }

  @Test
  void a_mask_stands_for_the_password_that_was_there() {
    String text = "a: redis://joe:p%40ss@h:1/0\nb: 'etcd://u:x@h1,h2/p'\n";
    String masked = MaskedSecrets.mask(text);
    assertThat(masked).isEqualTo("a: redis://joe:***@h:1/0\nb: 'etcd://u:***@h1,h2/p'\n");
    assertThat(MaskedSecrets.unmask(masked, text)).contains(text);
    assertThat(MaskedSecrets.unmask(masked + "c: d\n", masked.replace("***", "y")))
        .hasValueSatisfying(other -> assertThat(other).contains("joe:y@", "u:y@", "c: d"));
    assertThat(MaskedSecrets.unmask("a: redis://jim:***@h:1/0", text)).isEmpty();
    assertThat(MaskedSecrets.unmask("no secrets", text)).contains("no secrets");
  }
}
