package io.steelyard.wire.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class JsonWriterTest {
  @Test
  void every_kind_of_value_is_written() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("n", 1L);
    map.put("d", 0.5);
    map.put("b", true);
    map.put("none", null);
    map.put("list", List.of("x", Map.of()));
    map.put("empty", new ArrayList<>());
    assertThat(JsonWriter.text(map))
        .isEqualTo("{\"n\":1,\"d\":0.5,\"b\":true,\"none\":null,\"list\":[\"x\",{}],\"empty\":[]}");
  }

  @Test
  void control_characters_quotes_and_backslashes_are_escaped() {
    assertThat(JsonWriter.text("a\"b\\c\n\t\u0001")).isEqualTo("\"a\\\"b\\\\c\\n\\t\\u0001\"");
  }

  @Test
  void what_json_has_no_number_for_is_null() {
    assertThat(JsonWriter.text(List.of(Double.NaN, Double.POSITIVE_INFINITY)))
        .isEqualTo("[null,null]");
  }
}
