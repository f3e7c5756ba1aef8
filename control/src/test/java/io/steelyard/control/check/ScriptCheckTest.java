package io.steelyard.control.check;

import static io.steelyard.control.check.Checks.check;
import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.config.HealthConfig.Check;
import io.steelyard.config.HealthConfig.Check.Script;
import io.steelyard.config.HealthConfig.Check.Script.Expect;
import io.steelyard.config.HealthConfig.Check.Script.Send;
import io.steelyard.config.HealthConfig.Check.Script.Step;
import io.steelyard.testkit.FreePorts;
import io.steelyard.testkit.RealServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScriptCheckTest {
  private static final Check REDIS = script(new Send("PING\r\n"), new Expect("+PONG\r\n"));

  /** The greeting of MySQL 8: length 0x4a, sequence 0, protocol 10, version, and so on. */
  private static final Check MYSQL = script(new Expect("\0\n8."));

  /** SSLRequest of PostgreSQL's protocol: length 8, code 80877103; N is no, S is yes. */
  private static final Check POSTGRESQL =
      script(new Send("\0\0\0\u0008\u0004\u00d2\u0016/"), new Expect("N"));

  private static final Check SMTP =
      script(new Expect("220 "), new Send("QUIT\r\n"), new Expect("221 "));

  @Test
  void a_real_redis_answers_its_ping(@TempDir Path dir) throws Exception {
    try (RealServer redis = RealServer.redis(dir, FreePorts.any())) {
      CheckResult result = check(redis.socketAddress(), REDIS);
      assertThat(result.text()).isEqualTo("answered as expected");
      assertThat(result.passed()).isTrue();
      CheckResult wrong =
          check(
              redis.socketAddress(), script(new Send("NONSENSE\r\nQUIT\r\n"), new Expect("+PONG")));
      assertThat(wrong.passed()).isFalse();
      assertThat(wrong.text()).startsWith("sent '-ERR unknown command").endsWith("'+PONG'");
    }
  }

  @Test
  void the_greeting_of_mysql_is_known_by_its_version() throws Exception {
    try (ScriptedPeer mysql = ScriptedPeer.saying("J\0\0\0\n8.0.36\0\u0008\0\0\0abcdefgh\0")) {
      assertThat(check(mysql.address(), MYSQL).passed()).isTrue();
    }
    try (ScriptedPeer mysql = closingAfter("\u0017\0\0\0\u00ff\u0010\u0004Too many connections")) {
      CheckResult result = check(mysql.address(), MYSQL);
      assertThat(result.passed()).isFalse();
      assertThat(result.text()).contains("Too many connections").contains("\\x00\\n8.");
    }
  }

  @Test
  void postgresql_is_asked_for_tls_and_says_no() throws Exception {
    byte[] asked = new byte[8];
    try (ScriptedPeer postgresql =
        ScriptedPeer.doing((in, out) -> {
          in.readNBytes(asked, 0, 8);
          out.write('N');
          in.read();
        })) {
      assertThat(check(postgresql.address(), POSTGRESQL).passed()).isTrue();
      assertThat(asked).containsExactly(0, 0, 0, 8, 4, 0xd2, 22, 47);
    }
  }

  @Test
  void smtp_greets_first_and_says_good_bye() throws Exception {
    try (ScriptedPeer smtp =
        ScriptedPeer.doing((in, out) -> {
          out.write("220-mail.example\r\n220 ready\r\n".getBytes(StandardCharsets.US_ASCII));
          in.readNBytes("QUIT\r\n".length());
          out.write("221 bye\r\n".getBytes(StandardCharsets.US_ASCII));
        })) {
      assertThat(check(smtp.address(), SMTP).passed()).isTrue();
    }
  }

  @Test
  void what_came_after_a_step_is_kept_for_the_next() throws Exception {
    try (ScriptedPeer peer = ScriptedPeer.saying("onetwothree")) {
      Check inOrder = script(new Expect("ne"), new Expect("two"), new Expect("e"));
      assertThat(check(peer.address(), inOrder).passed()).isTrue();
    }
    try (ScriptedPeer peer = closingAfter("twoone")) {
      Check usedUp = script(new Expect("one"), new Expect("two"));
      assertThat(check(peer.address(), usedUp).text()).isEqualTo("sent nothing in place of 'two'");
    }
  }

  @Test
  void what_begins_anew_within_itself_is_found() throws Exception {
    try (ScriptedPeer peer = ScriptedPeer.saying("aabaabaaac")) {
      assertThat(check(peer.address(), script(new Expect("aabaaac"))).passed()).isTrue();
    }
  }

  @Test
  void an_endless_talker_is_not_listened_to_for_ever() throws Exception {
    byte[] lots = new byte[64 * 1024];
    Arrays.fill(lots, (byte) 'x');
    try (ScriptedPeer peer =
        ScriptedPeer.doing((in, out) -> {
          while (true) {
            out.write(lots);
          }
        })) {
      CheckResult result = check(peer.address(), script(new Expect("y")));
      assertThat(result.passed()).isFalse();
      assertThat(result.text()).isEqualTo("sent '" + "x".repeat(40) + "...' in place of 'y'");
    }
  }

  @Test
  void a_silent_server_fails_in_time() throws Exception {
    try (ScriptedPeer peer = ScriptedPeer.saying("")) {
      CheckResult result = check(peer.address(), REDIS, Duration.ofMillis(50));
      assertThat(result.text()).isEqualTo("answer timed out after 50ms");
    }
  }

  private static ScriptedPeer closingAfter(String bytes) throws IOException {
    return ScriptedPeer.doing((in, out) -> out.write(bytes.getBytes(StandardCharsets.ISO_8859_1)));
  }

  private static Check script(Step... steps) {
    return new Script(List.of(steps));
  }
}
