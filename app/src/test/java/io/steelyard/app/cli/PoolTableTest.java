package io.steelyard.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.wire.json.JsonReader;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PoolTableTest {
  private static String discovered(String discovery) throws Exception {
    return PoolTable.of(
        (Map<?, ?>)
            JsonReader.read(
                "{\"name\": \"app\", \"balance\": \"first\", \"servers\": [], \"discovery\": %s}"
                    .formatted(discovery)));
  }

  @Test
  void times_are_shown_to_the_second() throws Exception {
    assertThat(
            discovered(
                """
                {"from": "dns x:1", "result": "found", "answered_at": "2026-01-02T03:04:05.678901Z",
                 "next_at": "2026-01-02T03:04:35.000000001Z"}
                """))
        .contains("answered 2026-01-02T03:04:05Z, next question 2026-01-02T03:04:35Z\n");
    assertThat(discovered("{\"from\": \"dns x:1\"}"))
        .contains("not asked yet, answered never, next question soon\n");
  }

  @Test
  void a_source_that_waits_by_itself_is_not_said_to_be_asked_in_the_past() throws Exception {
    assertThat(
            discovered(
                """
                {"from": "consul x", "result": "found", "answered_at": "2026-01-02T03:04:05.6Z",
                 "next_at": "2026-01-02T03:04:05.6Z"}
                """))
        .contains("answered 2026-01-02T03:04:05Z, next question waits there for a change\n");
  }

  @Test
  void backup_servers_are_marked() throws Exception {
    String pool =
        """
        {"name": "app", "balance": "first", "servers": [
          {"name": "a", "wish": "serve", "asked": "serve", "takes_new": true, "backup": false},
          {"name": "b", "wish": "drain", "asked": "serve", "takes_new": false, "backup": true}]}
        """;
    assertThat(PoolTable.of((Map<?, ?>) JsonReader.read(pool)).lines())
        .anyMatch(line -> line.contains(" serves ") && !line.contains("backup"))
        .anyMatch(line -> line.contains(" drain, backup "));
  }
}
