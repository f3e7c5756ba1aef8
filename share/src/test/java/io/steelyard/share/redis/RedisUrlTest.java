package io.steelyard.share.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RedisUrlTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "redis://h redis://h:6379",
        "redis://h:7/5 redis://h:7/5",
        "rediss://u:secret@h:7/ rediss://h:7",
        "redis+sentinel://a,b:7/shop redis+sentinel://a:26379,b:7/shop",
        "rediss+sentinel://:secret@a:1,b:7/shop/4 rediss+sentinel://a:1,b:7/shop/4",
        "redis://[::1]:7/5 redis://[::1]:7/5",
        "redis+sentinel://[::1]:26379,[::2]:26379/shop redis+sentinel://[::1]:26379,[::2]:26379/shop",
        "rediss+cluster://u:secret@[fe80::1],h,[::2]:7 rediss+cluster://[fe80::1]:6379,h:6379,[::2]:7",
        "redis+cluster://a:1,b redis+cluster://a:1,b:6379",
        "rediss+cluster://secret@a:1 rediss+cluster://a:1",
      })
  void urls_are_read_and_shown_without_secrets(String url, String shown) {
    assertThat(RedisUrl.parse(url, null, null)).hasToString(shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://h",
        "redis:h",
        "redis://:secret@a,b",
        "redis://:secret@h/x",
        "redis://:secret@h/1/2",
        "redis://:secret@h:99999",
        "redis://:secret@h:",
        "redis://:secret@:6379",
        "redis+sentinel://:secret@a",
        "redis+cluster://:secret@a/1",
        "redis+other://:secret@a",
        "redis://:secret@h?x=y",
        "redis://:secret%@h",
        "redis://:secret@::1",
        "redis+cluster://:secret@[::1,[::2]",
        ":secret@h",
      })
  void others_are_refused_without_secrets(String url) {
    assertThatThrownBy(() -> RedisUrl.parse(url, null, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("secret");
  }

  @Test
  void credentials_beside_the_url_win() {
    RedisUrl url = RedisUrl.parse("redis://u:p@h", "user", "pass");
    assertThat(url.user()).isEqualTo("user");
    assertThat(url.password()).isEqualTo("pass");
    RedisUrl own = RedisUrl.parse("redis://u:p%40+q@h", null, null);
    assertThat(own.user()).isEqualTo("u");
    assertThat(own.password()).isEqualTo("p@+q");
  }

  @Test
  void what_a_server_repeats_is_blackened() {
    RedisUrl url = RedisUrl.parse("redis://h", null, "hush");
    assertThat(url.redacted("unknown command AUTH, with args 'hush'")).doesNotContain("hush");
  }
}
