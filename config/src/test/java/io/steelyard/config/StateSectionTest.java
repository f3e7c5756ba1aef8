package io.steelyard.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** With whom state is shared, how long it may take, and what is known of the password. */
final class StateSectionTest {
  private static final String REST =
      "\n"
          + ConfigErrorsTest.LISTENERS
          + ConfigErrorsTest.POOLS
          + "cluster: {bind: ':7701', peers: [a:1], key: cluster.key}\n";

  @TempDir Path dir;

  @BeforeEach
  void make_the_files() throws Exception {
    Files.writeString(dir.resolve("cluster.key"), "0123456789abcdef".repeat(2));
    Files.writeString(dir.resolve("redis.pw"), " hunter2 \r\nnot this\n");
    Files.writeString(dir.resolve("empty.pw"), "\nhunter2\n");
  }

  private Config parse(String state) throws ConfigException {
    return ConfigParser.parse(dir.resolve("s").toString(), "state: {" + state + "}" + REST);
  }

  private String error(String state) {
    ConfigException e = catchThrowableOfType(ConfigException.class, () -> parse(state));
    assertThat(e).as("no error in %s", state).isNotNull();
    assertThat(e.errors()).as("errors of %s", state).hasSize(1);
    ConfigError error = e.errors().getFirst();
    return error.line() + ":" + error.column() + ": " + error.message();
  }

  @Test
  void nothing_is_shared_by_default() throws ConfigException {
    assertThat(parse("").state()).isEqualTo(StateConfig.NONE);
    assertThat(parse("share: none").state()).isEqualTo(StateConfig.NONE);
    assertThat(StateConfig.NONE.share()).isEqualTo(new ShareConfig.None());
    assertThat(StateConfig.NONE.lookupTimeout()).isEqualTo(Duration.ofMillis(20));
  }

  @Test
  void peers_share_with_each_other() throws ConfigException {
    assertThat(parse("share: peers").state().share()).isEqualTo(new ShareConfig.Peers());
  }

  @Test
  void a_request_waits_for_a_store_as_long_as_is_said() throws ConfigException {
    StateConfig state = parse("share: 'memcached://h', lookup-timeout: 5ms").state();
    assertThat(state.lookupTimeout()).isEqualTo(Duration.ofMillis(5));
  }

  @Test
  void the_password_is_the_first_line_of_its_file() throws ConfigException {
    Config config = parse("share: 'redis://me@h', password: redis.pw");
    ShareConfig.Store store = (ShareConfig.Store) config.state().share();
    assertThat(store.password()).contains(Secret.of(" hunter2 "));
    assertThat(store.user()).isEqualTo("me");
    assertThat(config.files())
        .containsExactlyInAnyOrder(dir.resolve("redis.pw"), dir.resolve("cluster.key"));
    assertThat(config.toString()).doesNotContain("hunter2");
    assertThat(config).isEqualTo(parse("share: 'redis://me@h', password: redis.pw"));
  }

  /** Made with openssl req -x509 -newkey ec -subj /CN=test. */
  private static final String CERTIFICATE =
      """
      -----BEGIN CERTIFICATE-----
      MIIBdjCCARugAwIBAgIURUjh6iO652KALz2RiWI6ePo9OC0wCgYIKoZIzj0EAwIw
      DzENMAsGA1UEAwwEdGVzdDAgFw0yNjExMjcwMjMxMTlaGA8yMTI2MTEwMzAyMzEx
      OVowDzENMAsGA1UEAwwEdGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABBQi
      mHEnq9ySzt5jlz2cfGHh4LKwJi4oXuR3PVYGS3HIdW8ityrtfh6cDpWtUIdu9I7a
      Lk5znXlCu7tCI8ZrWGujUzBRMB0GA1UdDgQWBBQiqCQ1NE9LPeDFLIkK0992bzkV
      NDAfBgNVHSMEGDAWgBQiqCQ1NE9LPeDFLIkK0992bzkVNDAPBgNVHRMBAf8EBTAD
      AQH/MAoGCCqGSM49BAMCA0kAMEYCIQCVt9bKsrYukWAoNfY2iVrBdR2Wx9fPy+2h
      XkUSHWKleAIhALIe63XeWUvsT/eI5X7JAnoQxJMkgt+GLNjgrhGkd24T
      -----END CERTIFICATE-----
      """;

  @Test
  void whose_certificates_are_believed_stands_in_a_file() throws Exception {
    Files.writeString(dir.resolve("ca.pem"), CERTIFICATE + CERTIFICATE);
    Config config = parse("share: 'rediss://h', ca: ca.pem");
    ShareConfig.Store store = (ShareConfig.Store) config.state().share();
    assertThat(store.ca()).hasSize(2);
    assertThat(store.ca().getFirst().getSubjectX500Principal()).hasToString("CN=test");
    assertThat(config.files()).contains(dir.resolve("ca.pem"));
    assertThat(config).isEqualTo(parse("share: 'rediss://h', ca: ca.pem"));
    assertThat(error("share: 'redis://h', ca: ca.pem"))
        .endsWith("only with TLS in 'share' (rediss://), which is 'redis://h:6379'");
    assertThat(error("share: peers, ca: ca.pem")).contains("only with TLS in 'share'");
    assertThat(error("share: 'rediss://h', ca: missing.pem")).contains("no such file");
    assertThat(error("share: 'rediss://h', ca: redis.pw"))
        .contains("expected certificates in PEM in '" + dir.resolve("redis.pw"))
        .doesNotContain("hunter2");
    Files.writeString(dir.resolve("ca.pem"), "");
    assertThat(error("share: 'rediss://h', ca: ca.pem")).endsWith("ca.pem', found none");
  }

  @Test
  void sentinels_may_have_a_password_of_their_own() throws ConfigException {
    String state = "share: 'redis+sentinel://h/m', sentinel-password: redis.pw";
    ShareConfig.Store store = (ShareConfig.Store) parse(state).state().share();
    assertThat(store.sentinelPassword()).contains(Secret.of(" hunter2 "));
    assertThat(store.password()).isEmpty();
    assertThat(store.toString()).doesNotContain("hunter2");
    assertThat(error("share: 'redis://h', sentinel-password: redis.pw"))
        .contains("only with sentinels in 'share'");
  }

  @Test
  void a_changed_password_is_another_configuration() throws Exception {
    String state = "share: 'redis://h', password: redis.pw";
    Config before = parse(state);
    Files.writeString(dir.resolve("redis.pw"), "hunter3");
    assertThat(parse(state)).isNotEqualTo(before);
    assertThat(((ShareConfig.Store) before.state().share()).password())
        .isEqualTo(Optional.of(Secret.of(" hunter2 ")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "password: redis.pw ~ 1:19: password of state: only with a Redis store in 'share', which is 'none'",
        "share: peers, password: redis.pw ~ 1:33: password of state: only with a Redis store in 'share', which is 'peers'",
        "share: 'memcached://h', password: redis.pw ~ 1:43: password of state: only with a Redis store in 'share': memcached has no passwords here",
        "share: 'redis://:x@h', password: redis.pw ~ 1:42: password of state: 'share' has a password, too: leave that one out",
        "share: 'redis://me@h' ~ 1:16: share of state: a user without a password: give 'password', a file with it",
        "lookup-timeout: 5ms ~ 1:25: lookup-timeout of state: only with a store in 'share', which is 'none'",
        "share: peers, lookup-timeout: 5ms ~ 1:39: lookup-timeout of state: only with a store in 'share', which is 'peers'",
        "share: 'redis://h', lookup-timeout: 2s ~ 1:45: lookup-timeout of state: expected a duration from 1ms to 1s, found '2s'",
        "share: 'redis://h', lookup-timeout: 0s ~ 1:45: lookup-timeout of state: expected a duration from 1ms to 1s, found '0s'",
        "share: [peers] ~ 1:16: share of state: expected none, peers or the URL of a store, found a list",
        "share: 'redis://h', password: {} ~ 1:39: password of state: expected the name of a file with the password in its first line, or env:NAME for a variable, found a mapping",
        "share: 'redis://h', password: '' ~ 1:39: password of state: expected the name of a file with the password in its first line, or env:NAME for a variable, found the text ''",
        "share: 'redis://h', password: hunter2 ~ 1:39: password of state: no such file; expected the name of a file with the password in its first line, or env:NAME for a variable, named from the folder of the configuration",
        "share: 'redis://h', password: . ~ 1:39: password of state: is a directory, expected a file; expected the name of a file with the password in its first line, or env:NAME for a variable, named from the folder of the configuration",
        "share: 'redis://h', password: \"hunter\\02\" ~ 1:39: password of state: expected the name of a file with the password in its first line, or env:NAME for a variable"
      })
  void each_error_stands_at_its_place(String state, String expected) {
    assertThat(error(state)).isEqualTo(expected);
  }

  @Test
  void a_password_is_never_shown_where_a_file_is_expected() {
    assertThat(error("share: 'redis://h', password: " + "hunter2".repeat(50)))
        .contains("cannot be read; expected the name of a file")
        .doesNotContain("hunter2");
    assertThat(error("share: 'redis://h', password: empty.pw"))
        .endsWith("empty.pw', found nothing")
        .doesNotContain("hunter2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"state: ", "cluster: ", "zone: ", "admin: {address: "})
  void a_url_under_a_wrong_key_is_shown_without_its_user(String key) {
    String end = key.contains("{") ? "'}" : "'";
    String text =
        ConfigErrorsTest.LISTENERS
            + ConfigErrorsTest.POOLS
            + key
            + "'redis://me:hunter2@h:6379/0"
            + end;
    List<String> errors = ConfigErrorsTest.errors(text);
    assertThat(errors).singleElement().asString().contains("redis://***@h:6379/0");
  }
}
