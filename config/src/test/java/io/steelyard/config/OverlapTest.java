package io.steelyard.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Addresses of which only one can be had are an error of the file, at the second one. */
final class OverlapTest {
  @ParameterizedTest
  @CsvSource({
    ":80, 127.0.0.1:80",
    ":80, '[::1]:80'",
    ":80, 0.0.0.0:80",
    ":80, some.example:80",
    "'[::]:80', 10.0.0.1:80",
    "0.0.0.0:80, 127.0.0.1:80",
    "localhost:80, 127.0.0.1:80",
    "LocalHost:80, :80",
    "'[::0:1]:80', '[::1]:80'",
    "some.example:80, SOME.example:80"
  })
  void two_listeners_that_overlap_are_an_error_at_the_second(String one, String two) {
    assertThatThrownBy(() -> parse(one, two))
        .hasMessageStartingWith("s:3:16: listener 'b': address '" + two + "' ")
        .hasMessageContaining("listener 'a' on line 2");
    assertThatThrownBy(() -> parse(two, one)).isInstanceOf(ConfigException.class);
  }

  @ParameterizedTest
  @CsvSource({
    ":80, 127.0.0.1:81",
    "127.0.0.1:80, 127.0.0.2:80",
    "127.0.0.1:80, '[::1]:80'",
    "0.0.0.0:80, '[::1]:80'",
    "localhost:80, 10.0.0.1:80",
    "one.example:80, two.example:80",
    "unix:/a, unix:/b"
  })
  void listeners_apart_from_each_other_are_none(String one, String two) {
    assertThatCode(() -> parse(one, two)).doesNotThrowAnyException();
  }

  @Test
  void a_listener_on_every_address_overlaps_the_admin_API() {
    assertThatThrownBy(() -> parse(":7700", ":80"))
        .hasMessage(
            "s:2:16: address of listener 'a': overlaps '127.0.0.1:7700', the default address of"
                + " admin");
    assertThatThrownBy(() -> parse(":7800", ":80", "admin: {address: 'localhost:7800'}\n"))
        .hasMessage(
            "s:5:18: admin: address 'localhost:7800' overlaps address ':7800' of listener 'a' on"
                + " line 2");
  }

  private static void parse(String one, String two) throws ConfigException {
    parse(one, two, "");
  }

  private static void parse(String one, String two, String more) throws ConfigException {
    Config config =
        ConfigParser.parse(
            "s",
            """
            listeners:
              a: {address: '%s', pool: app}
              b: {address: '%s', pool: app}
            pools: {app: {servers: ['a:1']}}
            %s\
            """
                .formatted(one, two, more));
    assertThat(config.listeners()).hasSize(2);
  }
}
