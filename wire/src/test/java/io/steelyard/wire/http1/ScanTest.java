package io.steelyard.wire.http1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

final class ScanTest {
  private interface Finder {
    int find(byte[] in, int from, int to);
  }

  /** Each byte at each place of a word, with words, without, and with more beyond the end. */
  private static void stopsAt(String stops, char filler, Finder finder) {
    for (int size : new int[] {7, 8, 9, 17, 24}) {
      for (int at = 0; at < size; at++) {
        for (int b = 0; b < 256; b++) {
          byte[] in = new byte[size];
          Arrays.fill(in, (byte) filler);
          in[at] = (byte) b;
          boolean stop = Character.toString(b).matches(stops);
          assertThat(finder.find(in, 0, size)).as("%d at %d", b, at).isEqualTo(stop ? at : size);
          assertThat(finder.find(in, 0, at)).isEqualTo(at);
          assertThat(finder.find(in, at, size)).isEqualTo(stop ? at : size);
        }
      }
    }
  }

  @Test
  void a_value_ends_at_any_control_but_a_tab() {
    stopsAt("[\\x00-\\x08\\x0a-\\x1f\\x7f]", 'a', Scan::control);
    stopsAt("[\\x00-\\x08\\x0a-\\x1f\\x7f]", '\u00ff', Scan::control);
    stopsAt("[\\x00-\\x08\\x0a-\\x1f\\x7f]", '\t', Scan::control);
  }

  @Test
  void a_target_ends_at_what_is_not_visible_ascii_or_a_hash() {
    stopsAt("[^\\x21\\x22\\x24-\\x7e]", '/', Scan::targetEnd);
    stopsAt("[^\\x21\\x22\\x24-\\x7e]", '~', Scan::targetEnd);
  }

  @Test
  void a_token_ends_at_what_is_not_of_a_token() {
    stopsAt("[^A-Za-z0-9!#$%&'*+.^_`|~-]", 'a', Scan::tokenEnd);
    stopsAt("[^A-Za-z0-9!#$%&'*+.^_`|~-]", '_', Scan::tokenEnd);
  }

  @Test
  void known_names_are_told_from_all_that_differ_in_one_byte() {
    List<String> names =
        List.of(
            "TE",
            "Host",
            "Expect",
            "Upgrade",
            "Forwarded",
            "Connection",
            "Keep-Alive",
            "X-Request-Id",
            "Content-Length",
            "X-Forwarded-For",
            "X-Forwarded-Host",
            "X-Forwarded-Port",
            "Proxy-Connection",
            "Transfer-Encoding",
            "X-Forwarded-Proto",
            "Proxy-Authorization",
            "Proxy-Authenticate");
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      assertThat(of(name)).as(name).isEqualTo(i + 1);
      assertThat(of(name.toLowerCase(Locale.ROOT))).isEqualTo(i + 1);
      assertThat(of(name.toUpperCase(Locale.ROOT))).isEqualTo(i + 1);
      for (int at = 0; at < name.length(); at++) {
        for (char other : "x_0~`^!.|".toCharArray()) {
          String near = name.substring(0, at) + other + name.substring(at + 1);
          assertThat(of(near)).as(near).isEqualTo(near.equalsIgnoreCase(name) ? i + 1 : 0);
        }
      }
    }
  }

  private static int of(String name) {
    return FieldName.of(Http.bytes(name), 0, name.length());
  }
}
