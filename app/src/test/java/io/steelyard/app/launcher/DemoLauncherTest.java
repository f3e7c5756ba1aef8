package io.steelyard.app.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.testkit.FreePorts;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The demo as a newcomer meets it. */
final class DemoLauncherTest {
  private static final Pattern PID = Pattern.compile("server \\w on 127.0.0.1:\\d+, pid (\\d+)");

  @Test
  void three_servers_answer_and_the_crash_of_one_fails_no_request() throws Exception {
    String address = "127.0.0.1:" + FreePorts.any();
    String admin = "127.0.0.1:" + FreePorts.any();
    try (Launched demo = Launched.with("demo", "--from", address, "--admin", admin)) {
      demo.awaitOutput("Ctrl-C ends everything.");
      assertThat(names(address, 12)).containsExactlyInAnyOrder("a", "b", "c");
      List<Long> servers = serverPids(demo);
      assertThat(servers).hasSize(3);

      Launched.signal("KILL", servers.get(1));
      assertThat(names(address, 50)).containsExactlyInAnyOrder("a", "c");
      Launched.await(
          () -> Web.get("http://" + admin + "/v1/status").contains("\"health\":\"down\""));

      demo.signal("INT");
      assertThat(demo.exitCode()).isZero();
      servers.forEach(pid -> Launched.await(() -> !isAlive(pid)));
    }
  }

  @Test
  void its_servers_end_even_when_it_is_killed() throws Exception {
    String address = "127.0.0.1:" + FreePorts.any();
    String admin = "127.0.0.1:" + FreePorts.any();
    try (Launched demo = Launched.with("demo", "--from", address, "--admin", admin)) {
      demo.awaitOutput("Ctrl-C ends everything.");
      List<Long> servers = serverPids(demo);
      demo.signal("KILL");
      servers.forEach(pid -> Launched.await(() -> !isAlive(pid)));
      assertThat(servers).hasSize(3);
    }
  }

  private static Set<String> names(String address, int requests) throws IOException {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < requests; i++) {
      String answer = Web.get("http://" + address + "/");
      assertThat(answer).startsWith("200 Hello from server ");
      names.add(answer.substring("200 Hello from server ".length()).substring(0, 1));
    }
    return names;
  }

  private static List<Long> serverPids(Launched demo) {
    return PID.matcher(demo.output()).results().map(m -> Long.valueOf(m.group(1))).toList();
  }

  private static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
  }
}
