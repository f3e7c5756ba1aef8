package io.steelyard.share.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.share.contract.StoreContract;
import io.steelyard.share.store.Store;
import io.steelyard.share.store.Store.UnavailableException;
import io.steelyard.testkit.FreePorts;
import io.steelyard.testkit.RealServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RedisStoreTest extends StoreContract {
  private static final String SECRET = "s3cr:t/%&";
  private RealServer redis;

  @Override
  protected List<RealServer> start() throws Exception {
    redis = RealServer.redis(dir, FreePorts.any(), "--requirepass", SECRET);
    return List.of(redis);
  }

  @Override
  protected Store open(Duration timeout) {
    return open(SECRET, timeout);
  }

  private Store open(String password, Duration timeout) {
    return RedisStore.open("redis://" + redis.address() + "/3", null, password, timeout);
  }

  @Override
  protected void flush() throws Exception {
    redis.cli("-a", SECRET, "flushall");
  }

  @Test
  void a_wrong_password_is_told_and_not_shown() throws Exception {
    try (Store store = open("wr0ng-s3cret", PATIENT)) {
      assertThatThrownBy(() -> store.read(List.of("a")))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("password")
          .hasMessageContaining("WRONGPASS")
          .satisfies(e -> assertThat(everything(e)).doesNotContain("wr0ng-s3cret"));
      assertThat(store.toString()).doesNotContain("wr0ng").contains(redis.address());
    }
    try (Store store = open(null, PATIENT)) {
      assertThatThrownBy(store::content)
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("NOAUTH");
    }
  }

  private static String everything(Throwable e) {
    StringWriter text = new StringWriter();
    e.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }

  @Test
  void the_password_may_stand_in_the_url() throws Exception {
    String encoded = "s3cr%3At%2F%25%26";
    for (String info : List.of(encoded, ":" + encoded, "default:" + encoded)) {
      String url = "redis://" + info + "@" + redis.address();
      try (Store store = RedisStore.open(url, null, null, PATIENT)) {
        assertThat(store.content()).isNotBlank();
        assertThat(store.toString()).isEqualTo("redis://" + redis.address());
      }
    }
  }

  @Test
  void scripts_that_the_server_has_forgotten_are_sent_again() throws Exception {
    try (Store store = open(PATIENT)) {
      String key = name("script");
      store.write(List.of(new Store.Item(key, value(1, 0, "a"), 60)));
      redis.cli("-a", SECRET, "script", "flush");
      store.write(List.of(new Store.Item(key, value(2, 0, "b"), 60)));
      assertThat(store.read(List.of(key)).getFirst()).isEqualTo(value(2, 0, "b"));
    }
  }

  @Test
  void a_key_of_another_kind_is_an_error_with_a_reason() throws Exception {
    redis.cli("-a", SECRET, "-n", "3", "lpush", "steelyard:list", "x");
    try (Store store = open(PATIENT)) {
      assertThatThrownBy(() -> store.update("list", v -> v))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("WRONGTYPE");
    }
  }
}
