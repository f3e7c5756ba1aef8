package io.steelyard.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.config.ShareConfig.Kind;
import io.steelyard.config.ShareConfig.Store;
import io.steelyard.config.bind.Parsed;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** URLs of stores: what they mean, and what is said about wrong ones. */
final class StateSectionStoreTest {
  private static Store store(String url) {
    Parsed<ShareConfig> parsed = ShareText.TYPE.reader().apply(url);
    assertThat(parsed).as(url).isInstanceOf(Parsed.Good.class);
    return (Store) ((Parsed.Good<ShareConfig>) parsed).value();
  }

  private static String refusal(String url) {
    Parsed<ShareConfig> parsed = ShareText.TYPE.reader().apply(url);
    assertThat(parsed).as(url).isInstanceOf(Parsed.Bad.class);
    return ((Parsed.Bad<ShareConfig>) parsed).message();
  }

  private static Store plain(Kind kind, boolean tls, String master, int db, Address.Tcp... at) {
    return new Store(kind, tls, List.of(at), "", Optional.empty(), master, db);
  }

  private static Address.Tcp at(String host, int port) {
    return new Address.Tcp(host, port);
  }

  static Stream<Arguments> good() {
    Address.Tcp h1 = at("h1", 1);
    Address.Tcp h2 = at("h2", 2);
    return Stream.of(
        Arguments.of("redis://h", plain(Kind.REDIS, false, "", 0, at("h", 6379))),
        Arguments.of("redis://h/", plain(Kind.REDIS, false, "", 0, at("h", 6379))),
        Arguments.of("redis://10.0.0.1:1/3", plain(Kind.REDIS, false, "", 3, at("10.0.0.1", 1))),
        Arguments.of("rediss://[::1]/0", plain(Kind.REDIS, true, "", 0, at("::1", 6379))),
        Arguments.of(
            "redis+sentinel://h1:1,h2/main",
            plain(Kind.REDIS_SENTINEL, false, "main", 0, h1, at("h2", 26379))),
        Arguments.of(
            "rediss+sentinel://h1:1,h2:2/main/4",
            plain(Kind.REDIS_SENTINEL, true, "main", 4, h1, h2)),
        Arguments.of(
            "redis+cluster://h1:1,h2", plain(Kind.REDIS_CLUSTER, false, "", 0, h1, at("h2", 6379))),
        Arguments.of("rediss+cluster://h1:1,h2:2/", plain(Kind.REDIS_CLUSTER, true, "", 0, h1, h2)),
        Arguments.of(
            "memcached://h1:1,[fd00::2]",
            plain(Kind.MEMCACHED, false, "", 0, h1, at("fd00::2", 11211))));
  }

  @ParameterizedTest
  @MethodSource("good")
  void each_form_says_where_the_store_is(String url, Store expected) {
    assertThat(store(url)).isEqualTo(expected);
    assertThat(store(expected.toString())).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "redis://me:hunter2@h/0, me, hunter2",
    "redis://:hunter2@h, '', hunter2",
    "rediss+cluster://me:a%40b%3A%2F%25+c@h1:1, me, a@b:/%+c",
    "redis+sentinel://m%C3%A9:a:b@h/main, mé, a:b"
  })
  void a_user_and_a_password_may_stand_before_the_hosts(String url, String user, String password) {
    assertThat(store(url).user()).isEqualTo(user);
    assertThat(store(url).password()).contains(Secret.of(password));
    assertThat(store(url).toString()).doesNotContain("@").doesNotContain("hunter2");
  }

  @Test
  void a_user_may_stand_alone() {
    assertThat(store("redis://me@h").user()).isEqualTo("me");
    assertThat(store("redis://me@h").password()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "peer ~ expected none, peers or the URL of a store such as redis://host:6379/0, found 'peer': did you mean 'peers'?",
        "redis ~ expected none, peers or the URL of a store such as redis://host:6379/0, found 'redis'",
        "redis.example:6379 ~ expected none, peers or the URL of a store such as redis://host:6379/0, found 'redis.example:6379'",
        "redis-sentinel://h/m ~ there is no store 'redis-sentinel': did you mean 'redis+sentinel'? kinds of stores: redis, rediss, redis+sentinel, rediss+sentinel, redis+cluster, rediss+cluster, memcached",
        "etcd://h ~ there is no store 'etcd'; kinds of stores: redis, rediss, redis+sentinel, rediss+sentinel, redis+cluster, rediss+cluster, memcached",
        "redis:// ~ expected a host after 'redis://'",
        "redis:///0 ~ expected a host after 'redis://'",
        "redis://h1,h2 ~ redis:// has one host: several are those of redis+sentinel:// or redis+cluster://",
        "redis+cluster://h1,,h2 ~ expected \"host\", \"host:port\" or \"[v6]:port\" as host 2",
        "redis://::1 ~ expected \"host\", \"host:port\" or \"[v6]:port\" as host 1",
        "redis://a b ~ 'a b' is neither a host name nor an address",
        "redis://[1]:2 ~ '1' is neither a host name nor an address",
        "redis://h:0 ~ expected a port from 1 to 65535 after 'h:'",
        "redis://h:65536 ~ expected a port from 1 to 65535 after 'h:'",
        "redis+cluster://h,H:6379 ~ host 'H:6379' stands there twice",
        "redis://h/x ~ expected a database from 0 to 9999 after the host, found '/x'",
        "redis://h/10000 ~ expected a database from 0 to 9999 after the host, found '/10000'",
        "redis+sentinel://h1,h2 ~ expected the name of the master after the hosts, as in redis+sentinel://h1:26379,h2:26379/mymaster",
        "redis+sentinel://h/a/b ~ expected the name of the master after the hosts, as in redis+sentinel://h1:26379,h2:26379/mymaster",
        "rediss+cluster://h/1 ~ rediss+cluster has only one database: leave out '/1'",
        "memcached://h/1 ~ memcached has only one database: leave out '/1'"
      })
  void what_is_wrong_is_said(String url, String expected) {
    assertThat(refusal(url)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "redis://me:hunter/2@h/0 ~ '/', '?' and '#' in a user or a password are written %2F, %3F and %23, found 'redis://***@h/0'",
        "redis://me:hunter@2@h ~ one user stands before all hosts, and '@' in a user or a password is written %40, found 'redis://***@h'",
        "redis://me:hunter%@h ~ '%' in a user or a password is written %25, found 'redis://***@h'",
        "redis://hunter2:@h ~ expected a password between ':' and '@', or neither of them, found 'redis://***@h'",
        "memcached://me:hunter2@h ~ memcached has neither users nor passwords here",
        "redis://h?password=hunter2 ~ the URL of a store has no '?' and '#'"
      })
  void a_wrong_url_is_shown_without_its_user_and_password(String url, String expected) {
    assertThat(refusal(url)).isEqualTo(expected).doesNotContain("hunter");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "me:hunter2@h:6379",
        "hunter2@redis://h",
        "me:hunter2://me@h",
        "reds://me:hunter2@h",
        "redis://me:hunter2",
        "redis://:hunter2/0",
        "redis://me:hunter2@h:x",
        "redis://me:hunter2@h:0",
        "redis://me:hunter2@",
        "redis://me:hunter2@h/x",
        "redis://me:hunter2@h1,h2",
        "redis+cluster://me:hunter2@h1,me:hunter2@h2",
        "redis://me:hunter2@h\u0001"
      })
  void no_message_shows_a_password(String url) {
    assertThat(refusal(url)).doesNotContain("hunter");
  }

  @Test
  void a_store_has_at_most_64_hosts() {
    assertThat(store("memcached://" + hosts(64)).endpoints()).hasSize(64);
    assertThat(refusal("memcached://" + hosts(65)))
        .isEqualTo("expected at most 64 hosts, found 65");
  }

  private static String hosts(int count) {
    return IntStream.range(0, count).mapToObj(i -> "h" + i).collect(Collectors.joining(","));
  }
}
