package io.steelyard.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.config.bind.Parsed;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** URLs of Consul. */
final class FromConsulTest {
  private static FromConfig.Store store(String url) {
    Parsed<FromConfig> parsed = FromText.TYPE.reader().apply(url);
    assertThat(parsed).as(url).isInstanceOf(Parsed.Good.class);
    return (FromConfig.Store) ((Parsed.Good<FromConfig>) parsed).value();
  }

  @ParameterizedTest
  @CsvSource({
    "consul://h/site, false, consul://h:8500/site",
    "consuls://10.0.0.1:8501/a/b/, true, consuls://10.0.0.1:8501/a/b"
  })
  void a_url_names_kind_tls_and_place(String url, boolean tls, String printed) {
    FromConfig.Store store = store(url);
    assertThat(store.kind()).isEqualTo(FromConfig.Kind.CONSUL);
    assertThat(store.tls()).isEqualTo(tls);
    assertThat(store.password()).isEmpty();
    assertThat(store).hasToString(printed);
  }

  @Test
  void several_agents_may_be_named() {
    assertThat(store("consul://h1,h2:1,[::1]/site").endpoints())
        .isEqualTo(
            List.of(
                new Address.Tcp("h1", 8500),
                new Address.Tcp("h2", 1),
                new Address.Tcp("::1", 8500)));
  }

  @Test
  void a_token_stands_where_passwords_do_and_is_not_printed() {
    FromConfig.Store store = store("consul://:b1%2Fgs9@h/site");
    assertThat(store.password()).isEqualTo(Optional.of(Secret.of("b1/gs9")));
    assertThat(store.user()).isEmpty();
    assertThat(store).hasToString("consul://h:8500/site");
  }

  @ParameterizedTest
  @CsvSource({"consul://b1gs9@h/site", "consul://b1gs9:x@h/site"})
  void a_user_is_refused_and_not_repeated_as_it_may_be_a_token(String url) {
    Parsed<FromConfig> parsed = FromText.TYPE.reader().apply(url);
    assertThat(parsed).isInstanceOf(Parsed.Bad.class);
    assertThat(((Parsed.Bad<FromConfig>) parsed).message())
        .contains("tokens, not users", "store: {password: FILE}")
        .doesNotContain("b1gs9");
  }
}
