package io.steelyard.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.balance.Algorithm;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

final class SimulateCommandTest {
  private static final String SITE =
      """
      listeners: {web: {address: ":8080", routes: [{pool: app}]}}
      pools:
        app:
          balance: least-connections
          health: {tcp: true, interval: 1s}
          servers: ["127.0.0.1:9001", {name: b, address: "127.0.0.1:9002", weight: 3}]
        api: {servers: ["127.0.0.1:9003"]}
      """;

  @TempDir private Path dir;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void every_algorithm_has_its_column_and_its_plot() {
    assertThat(run("--balance", "all", "--duration", "2s")).isZero();
    for (Algorithm algorithm : Algorithm.values()) {
      assertThat(out()).contains(algorithm.label() + ": requests to each server over time");
    }
    assertThat(out().lines().filter(l -> l.startsWith("  share of "))).hasSize(4);
    assertThat(out()).contains("p99.9", "errors", "retries").matches("[\\x20-\\x7e\n]*");
  }

  @Test
  void the_same_seed_prints_the_same_bytes_and_another_does_not() {
    String[] args = {"--duration", "3s", "--loops", "3", "--fault", "1s: half restart 1s"};
    assertThat(run(args)).isZero();
    String once = out();
    assertThat(run(args)).isZero();
    assertThat(out()).isEqualTo(once);
    String[] others = {"--duration", "3s", "--loops", "3", "--seed", "2"};
    assertThat(run(others)).isZero();
    assertThat(out()).isNotEqualTo(once);
  }

  @Test
  void a_pool_of_a_file_is_simulated_as_it_is_configured() throws IOException {
    Path file = Files.writeString(dir.resolve("site.yaml"), SITE);
    assertThat(
            run(
                file.toString(),
                "--pool",
                "app",
                "--rate",
                "500",
                "--duration",
                "10s",
                "--fault",
                "2s: 127.0.0.1:9001 down 5s",
                "--events"))
        .isZero();
    assertThat(out())
        .startsWith("pool app: 2 servers, 500 requests/s for 10s, 1 loop, seed 1")
        .contains("least-connections", "share of b", "127.0.0.1:9001 down", "127.0.0.1:9001 up");
  }

  @Test
  void the_json_is_json() {
    assertThat(run("--duration", "1s", "--balance", "first,random", "--json")).isZero();
    Map<?, ?> json = (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(out());
    assertThat(json.get("runs")).asInstanceOf(InstanceOfAssertFactories.LIST).hasSize(2);
    assertThat(json.get("seed")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --balance frist                | --balance: expected all, or one of round-robin
          --latency 10ms                 | --latency: expected exp:MEAN
          --latency exp:0s               | --latency: a server takes 1us or more
          --latency z=exp:1ms            | --latency: no server 'z'
          --capacity 0                   | --capacity: expected a capacity from 1
          --weight a=257                 | --weight: expected a weight from 0 to 256
          --weight a=1.5                 | --weight: expected a whole number: a weight from 0 to 256
          --rate 0                       | --rate: expected requests a second
          --rate 5 --clients 3           | --rate or --clients, not both
          --pause const:1s               | --pause goes with --clients
          --rate 1e9                     | more than 100 million requests
          --duration 1                   | --duration: expected a duration
          --duration 1s --warm-up 1s     | --duration must be longer than --warm-up
          --keys zipf                    | --keys: expected uniform:NUMBER
          --bounded-load 1               | --bounded-load: expected a factor from 1.01
          --loops 0                      | --loops must be a whole number
          --seed x                       | --seed must be a whole number
          --pool app                     | --pool needs a FILE
          --fault down                   | --fault: expected 'TIME: SERVER WHAT [FOR]'
          --servers 2 --fault 1s:_c_down | --fault: no server 'c'
          --faults x                     | unknown option --faults, did you mean --fault
          """)
  void wrong_usage_is_answered_with_what_was_expected(String line, String expected) {
    String[] args = line.split(" +", -1);
    for (int i = 0; i < args.length; i++) {
      args[i] = args[i].replace('_', ' ');
    }
    assertThat(run(args)).isEqualTo(2);
    assertThat(err()).contains(expected, "Usage: steelyard simulate");
    assertThat(out()).isEmpty();
  }

  @Test
  void a_file_with_several_pools_wants_to_be_told_which() throws IOException {
    String file = Files.writeString(dir.resolve("site.yaml"), SITE).toString();
    assertThat(run(file)).isEqualTo(2);
    assertThat(err()).contains("which --pool? app, api");
    assertThat(run(file, "--pool", "ap")).isEqualTo(1);
    assertThat(err()).contains("no pool ap");
    assertThat(run(file, "--pool", "app", "--servers", "3")).isEqualTo(2);
  }

  @Test
  void a_file_with_mistakes_is_refused_with_every_one() throws IOException {
    Path file = Files.writeString(dir.resolve("site.yaml"), "pools: {app: {server: []}}\n");
    assertThat(run(file.toString())).isEqualTo(1);
    assertThat(err()).startsWith(file + ":1:");
    assertThat(run(dir.resolve("none.yaml").toString())).isEqualTo(1);
  }

  private int run(String... args) {
    out.reset();
    err.reset();
    String[] all = new String[args.length + 1];
    all[0] = "simulate";
    System.arraycopy(args, 0, all, 1, args.length);
    return CommandLines.execute(new PrintStream(out, true), new PrintStream(err, true), all);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
