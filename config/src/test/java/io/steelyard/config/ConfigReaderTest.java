package io.steelyard.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ConfigReaderTest {
  private static final ConfigText OWN = ConfigText.own("/own.yaml", "zone: eu-1");
  private static final ConfigText SHARED =
      ConfigText.shared(
          "store/config",
          "listeners: {web: {address: ':80', routes: [{pool: app}]}}\npools: {app: {}}");

  private final ConfigReader reader = new ConfigReader();

  private static ConfigText server(String name, String content) {
    return ConfigText.server("app", name, "store/" + name, content);
  }

  @Test
  void what_is_remembered_reads_like_what_is_read_anew() throws ConfigException {
    List<ConfigText> texts =
        List.of(OWN, SHARED, server("a", "{address: '10.0.0.1:80', weight: 2}"));
    Config first = reader.parse(texts, false).config();
    assertThat(reader.parse(texts, false).config()).isEqualTo(first);
    List<ConfigText> more = List.of(OWN, SHARED, server("0", "10.0.0.9:80"), texts.getLast());
    assertThat(reader.parse(more, false)).isEqualTo(ConfigParser.parse(more));
  }

  /** Texts that come before it move a text to another place, which its nodes cannot know. */
  @Test
  void mistakes_keep_their_places_when_other_texts_come_and_go() throws ConfigException {
    ConfigText twin = server("b", "{name: b, address: '10.0.0.1:80'}");
    reader.parse(List.of(OWN, SHARED, twin), false);
    ConfigText wrong = server("c", "{address: '10.0.0.2:80',\n weight: 999}");
    List<ConfigText> texts = List.of(OWN, SHARED, server("a", "10.0.0.3:80"), twin, wrong);
    assertThat(errors(texts)).isEqualTo(errorsAnew(texts)).hasSize(1);
    assertThat(errors(texts).getFirst()).startsWith("store/c:2:");
    List<ConfigText> fewer = List.of(OWN, SHARED, wrong);
    assertThat(errors(fewer)).isEqualTo(errorsAnew(fewer)).hasSize(1);
  }

  /** Two sources that say the same are two texts all the same. */
  @Test
  void the_same_text_twice_is_a_mistake_of_the_second() {
    ConfigText same = server("a", "10.0.0.1:80");
    List<ConfigText> texts = List.of(OWN, SHARED, same, same);
    assertThat(errors(texts)).isEqualTo(errorsAnew(texts)).isNotEmpty();
    assertThat(errors(texts)).isEqualTo(errorsAnew(texts));
  }

  private List<String> errors(List<ConfigText> texts) {
    return lines(catchThrowableOfType(ConfigException.class, () -> reader.parse(texts, false)));
  }

  private static List<String> errorsAnew(List<ConfigText> texts) {
    return lines(catchThrowableOfType(ConfigException.class, () -> ConfigParser.parse(texts)));
  }

  private static List<String> lines(ConfigException e) {
    return e.errors().stream().map(ConfigError::toString).toList();
  }
}
