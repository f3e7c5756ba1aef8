package io.steelyard.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.steelyard.core.session.CookieTokens.Verdict;
import io.steelyard.core.session.SessionCookie.SameSite;
import io.steelyard.core.session.SessionCookie.Secure;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CookieTokensTest {
  private static final long NOW_S = 1_800_000_000;
  private static final List<String> SERVERS = List.of("a", "b", "c");
  private static final Keyring KEYS = keys(1);

  private static Keyring keys(int... firsts) {
    List<byte[]> secrets = new ArrayList<>();
    for (int first : firsts) {
      byte[] secret = new byte[32];
      secret[0] = (byte) first;
      secrets.add(secret);
    }
    return Keyring.of(secrets);
  }

  private static SessionCookie cookie(Duration maxIdle, Duration maxAge) {
    return new SessionCookie("srv", maxIdle, maxAge, "/", "", Secure.AUTO, SameSite.LAX, true);
  }

  private static CookieTokens tokens(Keyring keys, String pool, List<String> servers) {
    return new CookieTokens(cookie(Duration.ZERO, Duration.ZERO), keys, pool, servers);
  }

  private static CookieTokens tokens() {
    return tokens(KEYS, "app", SERVERS);
  }

  private static byte[] write(CookieTokens tokens, int server, long session) {
    byte[] out = new byte[CookieTokens.TEXT_BYTES];
    tokens.write(server, session, NOW_S, NOW_S, out, 0);
    return out;
  }

  private static Verdict open(CookieTokens tokens, byte[] value) {
    return tokens.open(value, 0, value.length, NOW_S);
  }

  @Test
  void what_one_node_wrote_another_one_reads() {
    byte[] value = write(tokens(), 1, 0xABCD_1234_5678L);
    CookieTokens other = tokens(KEYS, "app", List.of("c", "b"));
    for (int i = 0; i < 3; i++) {
      assertThat(open(other, value)).isEqualTo(Verdict.GOOD);
      assertThat(other.server()).isEqualTo(1);
      assertThat(other.session()).isEqualTo(0xABCD_1234_5678L);
      assertThat(other.begunS()).isEqualTo(NOW_S);
    }
  }

  @Test
  void a_server_that_is_gone_is_none() {
    byte[] value = write(tokens(), 0, 1);
    CookieTokens other = tokens(KEYS, "app", List.of("b", "c"));
    assertThat(open(other, value)).isEqualTo(Verdict.GOOD);
    assertThat(other.server()).isEqualTo(CookieTokens.NONE);
  }

  @Test
  void a_value_stays_good_while_other_servers_come_and_go() {
    byte[] value = write(tokens(), 1, 77);
    CookieNames first = CookieNames.of(KEYS, "app", SERVERS);
    List<String> more = List.of("new", "b", "a");
    CookieNames second = first.next(KEYS, new int[] {-1, 1, 0}, more::get);
    CookieNames rotated = second.next(keys(2, 1), new int[] {2, 1}, List.of("a", "b")::get);
    assertThat(server(KEYS, second, value)).isEqualTo(1);
    assertThat(server(keys(2, 1), rotated, value)).isEqualTo(1);
    assertThat(server(KEYS, second.next(KEYS, new int[] {0}, more::get), value))
        .isEqualTo(CookieTokens.NONE);
  }

  private static int server(Keyring keys, CookieNames names, byte[] value) {
    CookieTokens tokens =
        new CookieTokens(cookie(Duration.ZERO, Duration.ZERO), keys, "app", names);
    assertThat(open(tokens, value)).isEqualTo(Verdict.GOOD);
    return tokens.server();
  }

  @Test
  void every_other_bit_is_a_forgery_also_right_after_the_good_one() {
    CookieTokens tokens = tokens();
    byte[] value = write(tokens, 1, 77);
    for (int at = 0; at < value.length; at++) {
      for (int bit = 0; bit < 8; bit++) {
        assertThat(open(tokens, value)).isEqualTo(Verdict.GOOD);
        byte[] forged = value.clone();
        forged[at] ^= (byte) (1 << bit);
        assertThat(open(tokens, forged)).isEqualTo(Verdict.FORGED);
      }
    }
  }

  @Test
  void another_pool_or_key_makes_it_a_forgery() {
    byte[] value = write(tokens(), 1, 77);
    assertThat(open(tokens(KEYS, "api", SERVERS), value)).isEqualTo(Verdict.FORGED);
    assertThat(open(tokens(keys(2), "app", SERVERS), value)).isEqualTo(Verdict.FORGED);
    assertThat(open(tokens(keys(2, 1), "app", SERVERS), value)).isEqualTo(Verdict.GOOD);
  }

  @Test
  void any_bytes_are_answered() {
    CookieTokens tokens = tokens();
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(0, 60)];
      random.nextBytes(bytes);
      assertThat(open(tokens, bytes)).isEqualTo(Verdict.FORGED);
    }
  }

  @Test
  void a_value_names_no_server_to_those_without_the_key() {
    // The name is a keyed hash of 48 bits: other keys give others, and so do other pools.
    Set<String> names = new HashSet<>();
    for (int key = 1; key <= 20; key++) {
      for (String pool : List.of("app", "api")) {
        byte[] value = write(tokens(keys(key), pool, SERVERS), 0, 0);
        names.add(new String(value, 3, 7, StandardCharsets.US_ASCII));
      }
    }
    assertThat(names).hasSize(40);
  }

  @Test
  void a_session_ends_when_it_idles_or_grows_old() {
    CookieTokens tokens =
        new CookieTokens(cookie(Duration.ofMinutes(10), Duration.ofHours(1)), KEYS, "app", SERVERS);
    byte[] value = write(tokens, 0, 1);
    assertThat(tokens.open(value, 0, value.length, NOW_S + 600)).isEqualTo(Verdict.GOOD);
    assertThat(tokens.open(value, 0, value.length, NOW_S + 601)).isEqualTo(Verdict.EXPIRED);
    tokens.write(0, 1, NOW_S, NOW_S + 3590, value, 0);
    assertThat(tokens.open(value, 0, value.length, NOW_S + 3600)).isEqualTo(Verdict.GOOD);
    assertThat(tokens.open(value, 0, value.length, NOW_S + 3601)).isEqualTo(Verdict.EXPIRED);
  }

  @Test
  void a_cookie_from_the_future_is_over_unless_clocks_differ_a_little() {
    CookieTokens tokens = tokens();
    byte[] value = write(tokens, 0, 1);
    assertThat(tokens.open(value, 0, value.length, NOW_S - 300)).isEqualTo(Verdict.GOOD);
    assertThat(tokens.open(value, 0, value.length, NOW_S - 301)).isEqualTo(Verdict.EXPIRED);
  }

  @Test
  void a_value_is_stale_after_an_eighth_of_the_idle_time_or_under_an_old_key() {
    CookieTokens idle =
        new CookieTokens(cookie(Duration.ofMinutes(8), Duration.ZERO), KEYS, "app", SERVERS);
    byte[] value = write(idle, 0, 1);
    assertThat(open(idle, value)).isEqualTo(Verdict.GOOD);
    assertThat(idle.isStale(NOW_S + 60)).isFalse();
    assertThat(idle.isStale(NOW_S + 61)).isTrue();
    CookieTokens rotated = tokens(keys(2, 1), "app", SERVERS);
    assertThat(open(rotated, value)).isEqualTo(Verdict.GOOD);
    assertThat(rotated.server()).isZero();
    assertThat(rotated.isStale(NOW_S)).isTrue();
  }

  @Test
  void a_keyring_shows_and_takes_no_secret_that_is_weak() {
    assertThat(keys(65, 66).toString()).isEqualTo("2 secrets");
    assertThat(keys(1, 2)).isEqualTo(keys(1, 2)).isNotEqualTo(keys(2, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> Keyring.of(List.of(new byte[31])));
    assertThatIllegalArgumentException().isThrownBy(() -> Keyring.of(List.of()));
  }
}
