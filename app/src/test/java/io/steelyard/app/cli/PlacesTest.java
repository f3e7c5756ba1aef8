package io.steelyard.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class PlacesTest {
  private static final String STORE = "etcd://h:2379/lb";
  private static final String KEY = STORE + "/config";

  @Test
  void mistakes_are_told_with_the_file_and_its_lines() {
    String told = "steelyard config: %s:2:5: unknown key\n%s:11:1: missing".formatted(KEY, KEY);
    assertThat(Places.inFile(told, STORE, "site.yaml", 0))
        .isEqualTo("steelyard config: site.yaml:2:5: unknown key\nsite.yaml:11:1: missing");
    // 'config get' has put a line of its own before the document.
    assertThat(Places.inFile(told, STORE, "$1.yaml", 1)).contains("$1.yaml:3:5:", "$1.yaml:12:1:");
  }

  @Test
  void a_folder_and_a_file_are_named_otherwise_too() {
    assertThat(Places.inFile("/x/shared/config:2:5: no", "file:/x/shared", "site.yaml", 0))
        .isEqualTo("site.yaml:2:5: no");
    assertThat(Places.inFile("/etc/lb.yaml:2:5: no", "/etc/lb.yaml", "site.yaml", 0))
        .isEqualTo("site.yaml:2:5: no");
  }

  @Test
  void what_is_about_something_else_stays_as_it_is() {
    String told = "steelyard config: %s/pools/app/servers/a:1:1: nowhere".formatted(STORE);
    assertThat(Places.inFile(told, STORE, "site.yaml", 1)).isEqualTo(told);
    assertThat(Places.inFile("the store is away", STORE, "site.yaml", 0))
        .isEqualTo("the store is away");
  }
}
