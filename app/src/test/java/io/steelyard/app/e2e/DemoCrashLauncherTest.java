package io.steelyard.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.app.launcher.Launched;
import io.steelyard.app.launcher.Web;
import io.steelyard.testkit.FreePorts;
import java.io.UncheckedIOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the demo tells a newcomer to try, while wrk asks as fast as it can. */
final class DemoCrashLauncherTest {
  private static final Pattern SERVER_B =
      Pattern.compile("server b on 127.0.0.1:(\\d+), pid (\\d+)");

  /** The promise is 3 s on a machine with nothing else to do. */
  private static final int START_MAX_S = Scale.of(10, 3);

  private static final int WRK_S = Scale.of(8, 20);

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "io_uring"})
  void a_server_crashes_under_load_without_a_failed_get_and_is_used_again(String transport)
      throws Exception {
    String url = "http://127.0.0.1:" + FreePorts.any() + "/";
    String address = url.substring("http://".length(), url.length() - 1);
    String admin = "127.0.0.1:" + FreePorts.any();
    long startNs = System.nanoTime();
    try (Launched demo =
        Launched.with("demo", "--from", address, "--admin", admin, "--transport", transport)) {
      Launched.await(() -> answer(url).startsWith("200 Hello from server "));
      double startS = (System.nanoTime() - startNs) / 1e9;
      demo.awaitOutput("Ctrl-C ends everything.");
      Matcher serverB = SERVER_B.matcher(demo.output());
      assertThat(serverB.find()).isTrue();

      try (Wrk wrk = Wrk.start(64, WRK_S, url)) {
        Launched.signal("KILL", Long.parseLong(serverB.group(2)));
        Launched.await(() -> status(admin).contains("\"health\":\"down\""));
        try (Launched again =
            Launched.with("demo-server", "--port", serverB.group(1), "--name", "b")) {
          Launched.await(() -> !status(admin).contains("\"health\":\"down\""));
          Launched.await(() -> answer(url).startsWith("200 Hello from server b"));
          assertThat(wrk.running()).as("the crash and the return were under load").isTrue();
          Wrk.Result result = wrk.result();
          System.out.printf(
              "e2e demo: %s, first answer after %.2f s, %d requests of wrk over a crash%n",
              transport, startS, result.requests());
          assertThat(result.failed()).as(result.output()).isFalse();
          assertThat(result.requests()).isPositive();
          assertThat(again.output()).doesNotContain("Exception");
        }
      }
      assertThat(startS).isLessThan(START_MAX_S);
      demo.signal("INT");
      assertThat(demo.exitCode()).isZero();
    }
  }

  private static String status(String admin) {
    return Web.get("http://" + admin + "/v1/status");
  }

  /** "" while nobody answers. */
  private static String answer(String url) {
    try {
      return Web.get(url);
    } catch (UncheckedIOException _) {
      return "";
    }
  }
}
