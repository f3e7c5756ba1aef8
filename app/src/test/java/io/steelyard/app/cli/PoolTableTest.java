package io.steelyard.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.wire.json.JsonReader;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PoolTableTest {
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
