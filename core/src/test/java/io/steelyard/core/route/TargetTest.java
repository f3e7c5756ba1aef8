package io.steelyard.core.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be written as the target of a redirect. */
final class TargetTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://{host}{path}",
        "https://{host}:8443{path}",
        "https://shop.example/new{rest}",
        "http://[2001:db8::1]:80/",
        "https://shop.example",
        "https://shop.example/#/start",
        "/",
        "/login",
        "/login?from={path}",
        "/new{rest}"
      })
  void what_leads_where_it_says_is_taken(String written) {
    assertThat(Target.of(written)).hasToString(written);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // Each would let a request choose another host than the one that is written.
        "https://shop.example{host}",
        "https://{host}{host}",
        "https://{rest}",
        "https://{path}",
        "{path}",
        "{rest}",
        "/{path}",
        "/{rest}",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "ftp://x/",
        "shop.example",
        "",
        "https://user@shop.example/",
        "https://shop.example/{other}",
        "https://shop.example/{",
        "https://shop.example/}",
        "https://shop.example/a b",
        "https://shop.example/\r\nX: y",
        "https://shop.example/\u00e9",
        "https://shop.example/{path}{path}{path}{path}{path}"
      })
  void what_could_lead_elsewhere_is_refused(String written) {
    assertThatThrownBy(() -> Target.of(written)).isInstanceOf(IllegalArgumentException.class);
  }
}
