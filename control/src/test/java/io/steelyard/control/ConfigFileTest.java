package io.steelyard.control;

import static io.steelyard.control.Configs.config;
import static io.steelyard.control.Configs.listener;
import static io.steelyard.control.Configs.pool;
import static io.steelyard.control.Configs.server;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.steelyard.config.Config;
import io.steelyard.config.ConfigError;
import io.steelyard.config.ConfigException;
import io.steelyard.config.ConfigParser;
import io.steelyard.config.ConfigText;
import io.steelyard.config.OwnSource;
import io.steelyard.testkit.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ConfigFileTest {
  @TempDir Path dir;
  private final FakeDataPlane dataPlane = new FakeDataPlane();
  private final InstantSource clock = InstantSource.fixed(Instant.EPOCH);
  private final Controller controller =
      new Controller(
          new NodeInfo("1", "lb1"),
          dataPlane,
          AdminSocket.NONE,
          new Events(clock, 100),
          clock,
          new SplittableRandom(1));
  private Path path;
  private ConfigFile file;

  @BeforeEach
  void aFileForPort80() throws Exception {
    path = dir.resolve("steelyard.yaml");
    Files.writeString(path, "80");
    file = new ConfigFile(OwnSource.at(path), ConfigFileTest::parse, controller);
    assertThat(file.reload()).isEqualTo(new Outcome.Applied(1));
  }

  /** The text is the port of the only listener. */
  private static Config parse(List<ConfigText> own) throws ConfigException {
    String text = own.getFirst().content();
    if (text.equals("defect")) {
      throw new IllegalStateException("a defect of the parser");
    }
    try {
      int port = Integer.parseInt(text.strip());
      return config(List.of(listener("web", port, "app")), pool("app", server("a", 9001)));
    } catch (NumberFormatException e) {
      throw new ConfigException(
          List.of(new ConfigError(own.getFirst().source(), 1, 1, "not a port: " + text)));
    }
  }

  private static Config real(List<ConfigText> own) throws ConfigException {
    return ConfigParser.parse(own).config();
  }

  @Test
  void what_does_not_change_is_not_applied_again() {
    assertThat(file.look()).isEmpty();
    assertThat(file.look()).isEmpty();
    assertThat(controller.status().revision()).isEqualTo(1);
  }

  @Test
  void a_change_is_applied_once_it_has_come_to_rest() throws Exception {
    Files.writeString(path, "8");
    assertThat(file.look()).isEmpty();
    Files.writeString(path, "81");
    assertThat(file.look()).isEmpty();
    assertThat(file.look()).contains(new Outcome.Applied(2));
    assertThat(file.look()).isEmpty();
    assertThat(port()).isEqualTo("127.0.0.1:81");
  }

  @Test
  void a_bad_content_changes_nothing_and_is_reported_once() throws Exception {
    Files.writeString(path, "eighty");
    assertThat(file.look()).isEmpty();
    assertThat(file.look())
        .contains(new Outcome.Refused(List.of(path + ":1:1: not a port: eighty")));
    assertThat(file.look()).isEmpty();
    assertThat(port()).isEqualTo("127.0.0.1:80");
    assertThat(controller.status().lastReload()).get().matches(r -> !r.successful());
    Files.writeString(path, "82");
    file.look();
    assertThat(file.look()).contains(new Outcome.Applied(2));
  }

  @Test
  void a_file_that_it_names_is_watched_like_itself_even_before_it_is_there() throws Exception {
    Path site = dir.resolve("site.yaml");
    Path keys = dir.resolve("site.keys");
    Files.writeString(
        site,
        "listeners: {web: {address: '127.0.0.1:84', pool: app}}\n"
            + "pools: {app: {servers: ['127.0.0.1:1']}}\n"
            + "state: {keys: site.keys}\n");
    ConfigFile whole = new ConfigFile(OwnSource.at(site), ConfigFileTest::real, controller);
    assertThat(whole.reload()).isInstanceOf(Outcome.Refused.class);
    assertThat(whole.look()).isEmpty();
    Files.writeString(keys, "a".repeat(32));
    assertThat(whole.look()).isEmpty();
    assertThat(whole.look()).contains(new Outcome.Applied(2));
    Files.writeString(keys, "b".repeat(32) + "\n" + "a".repeat(32));
    assertThat(whole.look()).isEmpty();
    assertThat(whole.look()).contains(new Outcome.Applied(3));
    Files.writeString(keys, "short");
    assertThat(whole.look()).isEmpty();
    assertThat(whole.look()).get().isInstanceOf(Outcome.Refused.class);
    assertThat(whole.look()).isEmpty();
  }

  @Test
  void a_file_renamed_over_it_is_seen_even_with_the_same_time_and_size() throws Exception {
    Path fresh = dir.resolve("fresh");
    Files.writeString(fresh, "83");
    Files.setLastModifiedTime(fresh, Files.getLastModifiedTime(path));
    Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    assertThat(lookTwice()).contains(new Outcome.Applied(2));
  }

  @Test
  void a_swapped_link_above_it_is_seen_as_kubernetes_does_it() throws Exception {
    Path one = Files.createDirectory(dir.resolve("..one"));
    Path two = Files.createDirectory(dir.resolve("..two"));
    Files.writeString(one.resolve("c.yaml"), "84");
    Files.writeString(two.resolve("c.yaml"), "85");
    Path data = Files.createSymbolicLink(dir.resolve("..data"), one);
    Path visible = Files.createSymbolicLink(dir.resolve("c.yaml"), Path.of("..data/c.yaml"));
    ConfigFile mounted = new ConfigFile(OwnSource.at(visible), ConfigFileTest::parse, controller);
    mounted.reload();
    Path next = Files.createSymbolicLink(dir.resolve("..next"), two);
    Files.move(next, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    assertThat(mounted.look()).isEmpty();
    assertThat(mounted.look()).contains(new Outcome.Applied(3));
    assertThat(port()).isEqualTo("127.0.0.1:85");
  }

  @Test
  void a_file_that_is_gone_for_a_moment_is_no_error() throws Exception {
    Files.delete(path);
    assertThat(file.look()).isEmpty();
    Files.writeString(path, "80");
    assertThat(lookTwice()).isEmpty();
    Files.delete(path);
    assertThat(lookTwice()).contains(new Outcome.Refused(List.of(path + ": no such file")));
    assertThat(lookTwice()).isEmpty();
  }

  @Test
  void a_reload_on_demand_applies_and_reports_every_time() throws Exception {
    assertThat(file.reload()).isEqualTo(new Outcome.Applied(1));
    Files.writeString(path, "eighty");
    assertThat(file.reload())
        .isEqualTo(new Outcome.Refused(List.of(path + ":1:1: not a port: eighty")));
    assertThat(file.reload()).isInstanceOf(Outcome.Refused.class);
    assertThat(lookTwice()).isEmpty();
  }

  @Test
  void a_reload_says_what_a_check_of_the_file_says() throws Exception {
    ConfigFile real = new ConfigFile(OwnSource.at(path), ConfigFileTest::real, controller);
    Files.write(path, new byte[] {'#', '\n', '#', (byte) 0xff});
    ConfigException check =
        catchThrowableOfType(ConfigException.class, () -> ConfigParser.parseFile(path));
    assertThat(check).hasMessage(path + ":2:2: not valid UTF-8: byte 0xFF");
    assertThat(real.reload()).isEqualTo(new Outcome.Refused(List.of(check.getMessage())));
  }

  @Test
  void a_pipe_or_a_directory_in_the_files_place_is_refused_and_not_waited_for() throws Exception {
    Files.delete(path);
    assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor()).isZero();
    assertThat(file.reload())
        .isEqualTo(
            new Outcome.Refused(
                List.of(path + ": is a pipe, a socket or a device, expected a file")));
    Files.delete(path);
    Files.createDirectory(path);
    assertThat(file.reload())
        .isEqualTo(new Outcome.Refused(List.of(path + ": is a directory, expected a file")));
  }

  @Test
  void a_configuration_it_was_started_with_is_not_applied_again() throws Exception {
    ConfigFile started = new ConfigFile(OwnSource.at(path), ConfigFileTest::parse, controller);
    List<ConfigText> content = OwnSource.at(path).read();
    assertThat(started.start(content, parse(content))).isEqualTo(new Outcome.Applied(1));
    assertThat(started.look()).isEmpty();
    assertThat(started.look()).isEmpty();
  }

  @Test
  void a_folder_is_followed_as_its_files_change_come_and_go() throws Exception {
    Path folder = Files.createDirectory(dir.resolve("conf.d"));
    String listener = "listeners: {%s: {address: '127.0.0.1:%d', pool: app}}\n";
    Files.writeString(
        folder.resolve("10-web.yaml"),
        listener.formatted("web", 84) + "pools: {app: {servers: ['127.0.0.1:1']}}\n");
    Files.writeString(folder.resolve("README"), "nothing");
    Files.writeString(folder.resolve(".hidden.yaml"), "{");
    ConfigFile parts = new ConfigFile(OwnSource.at(folder), ConfigFileTest::real, controller);
    assertThat(parts.reload()).isEqualTo(new Outcome.Applied(2));
    Path more = Files.writeString(folder.resolve("20-api.yaml"), listener.formatted("api", 85));
    assertThat(parts.look()).isEmpty();
    assertThat(parts.look()).contains(new Outcome.Applied(3));
    assertThat(controller.status().listeners()).hasSize(2);
    Files.writeString(more, "listeners: {web: 1}");
    parts.look();
    assertThat(parts.look())
        .get()
        .asString()
        .contains(more + ":1:13: duplicate key 'web': it stands on line 1 of " + folder);
    Files.delete(more);
    parts.look();
    assertThat(parts.look()).contains(new Outcome.Applied(4));
    assertThat(controller.status().listeners()).hasSize(1);
  }

  @Test
  void a_defect_in_one_reload_does_not_end_the_watch() throws Exception {
    file.watch(Duration.ofHours(1));
    Files.writeString(path, "defect");
    file.requestReload();
    Files.writeString(path, "87");
    Eventually.holds(
        "port 87",
        () -> {
          file.requestReload();
          return port().endsWith(":87");
        });
    file.close();
  }

  @Test
  void reloads_that_are_asked_for_meanwhile_become_one() throws Exception {
    CountDownLatch binding = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    dataPlane.whileBinding =
        () -> {
          binding.countDown();
          awaitQuietly(go);
        };
    Files.writeString(path, "81");
    file.watch(Duration.ofHours(1));
    file.requestReload();
    binding.await();
    Files.writeString(path, "82");
    for (int i = 0; i < 100; i++) {
      file.requestReload();
    }
    go.countDown();
    Eventually.holds("both are done", () -> controller.status().revision() == 3);
    file.close();
    assertThat(controller.status().revision()).isEqualTo(3);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void the_watch_applies_changes_by_itself() throws Exception {
    file.watch(Duration.ofMillis(2));
    Files.writeString(path, "86");
    Eventually.holds("port 86", () -> port().endsWith(":86"));
    file.close();
  }

  private Optional<Outcome> lookTwice() {
    file.look();
    return file.look();
  }

  private String port() {
    return controller.status().listeners().getFirst().address();
  }
}
