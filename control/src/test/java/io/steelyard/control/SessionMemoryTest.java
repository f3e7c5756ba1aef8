package io.steelyard.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.config.Config;
import io.steelyard.config.ConfigParser;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class SessionMemoryTest {
  private static Config config(String sticky) throws Exception {
    String text =
        """
        listeners: {web: {address: ":8080", pool: app}}
        pools: {app: {servers: ["127.0.0.1:9001"], sticky: {%s}}}
        state: {sessions: 1000000}
        """
            .formatted(sticky);
    return ConfigParser.parse("site.yaml", text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void a_table_may_take_a_third_of_the_heap_and_is_told_how_much_it_lacks() throws Exception {
    Config source = config("source: true");
    assertThat(SessionMemory.lack(source, 64 << 20))
        .hasValueSatisfying(lack ->
            assertThat(lack)
                .startsWith("state.sessions: 1000000 need ")
                .contains("a third of the heap of 64 MiB", "STEELYARD_JAVA_OPTS=-Xmx"));
    assertThat(SessionMemory.lack(source, 1 << 30)).isEmpty();
  }

  @Test
  void cookies_need_no_table() throws Exception {
    assertThat(SessionMemory.lack(config("cookie: srv"), 1 << 20)).isEmpty();
  }
}
