package io.steelyard.wire.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {
  @Test
  void every_kind_of_value_is_read() throws JsonException {
    String text =
        " {\"n\": -1.5e2, \"z\":0, \"s\":\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e4\", \"t\":true,"
            + " \"f\":false, \"none\":null, \"list\":[1,[],{}]}\r\n\t ";
    Map<?, ?> object = (Map<?, ?>) JsonReader.read(text);
    assertThat(object.get("n")).isEqualTo(new BigDecimal("-1.5e2"));
    assertThat(object.get("z")).isEqualTo(BigDecimal.ZERO);
    assertThat(object.get("s")).isEqualTo("a\"\\/\b\f\n\r\tä");
    assertThat(object.get("t")).isEqualTo(true);
    assertThat(object.get("f")).isEqualTo(false);
    assertThat(object.containsKey("none")).isTrue();
    assertThat(object.get("none")).isNull();
    assertThat(object.get("list"))
        .isEqualTo(Arrays.asList(BigDecimal.ONE, new ArrayList<>(), Map.of()));
    assertThat(object.keySet().iterator().next()).isEqualTo("n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[",
        "[1",
        "[1,",
        "[1,]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{'a':1}",
        "01",
        "1.",
        ".5",
        "+1",
        "1e",
        "0x1",
        "NaN",
        "Infinity",
        "-",
        "tru",
        "nul",
        "True",
        "\"",
        "\"\\x\"",
        "\"\\u12g4\"",
        "\"\\u12\"",
        "\"a\nb\"",
        "1 2",
        "{} x",
        "// no\n1",
        "[1 2]",
        "{\"a\":1 \"b\":2}",
        "1\u0000",
        "\u0000",
        "\u00a01",
        "1e9999",
      })
  void anything_else_is_refused(String text) {
    assertThatThrownBy(() -> JsonReader.read(text)).isInstanceOf(JsonException.class);
  }

  @Test
  void a_name_that_comes_twice_is_refused_with_its_place() {
    assertThatThrownBy(() -> JsonReader.read("{\"a\":1,\"a\":1}"))
        .hasMessage("\"a\" a second time at character 8");
  }

  @Test
  void nesting_and_numbers_have_their_bounds() throws JsonException {
    assertThat(JsonReader.read("[".repeat(32) + "]".repeat(32))).isNotNull();
    assertThatThrownBy(() -> JsonReader.read("[".repeat(34) + "]".repeat(34)))
        .hasMessageContaining("nested too deeply");
    assertThatThrownBy(() -> JsonReader.read("[".repeat(1_000_000)))
        .hasMessageContaining("nested too deeply");
    assertThatThrownBy(() -> JsonReader.read("1".repeat(65))).hasMessageContaining("too long");
  }
}
