package io.steelyard.control.discovery.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.config.DiscoverConfig.Limits;
import io.steelyard.config.DiscoverConfig.Source;
import io.steelyard.config.ServerConfig;
import io.steelyard.control.discovery.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file of servers, as it is read again and again. */
final class FileSourceTest {
  @TempDir private Path dir;
  private Path file;
  private FileSource source;

  @BeforeEach
  void open() {
    file = dir.resolve("web.servers");
    Limits limits = new Limits(Duration.ofMillis(250), Duration.ofMillis(250), 3, 9);
    source = new FileSource(new Source.File(file, 5), limits);
  }

  private void rename(String content) throws IOException {
    Path beside = Files.writeString(dir.resolve("web.servers.new"), content);
    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private List<ServerConfig> servers() {
    return ((Answer.Found) source.ask()).servers();
  }

  @Test
  void every_line_is_a_server_and_a_new_content_counts_when_it_was_seen_twice() throws Exception {
    Files.writeString(
        file,
        "# web\n\n10.0.0.1:80 name=a weight=2 zone=eu-1 max-connections=3 # first\n"
            + "  [::1]:81   backup\nlocalhost:82\n");
    List<ServerConfig> servers = servers();
    assertThat(servers.toString())
        .contains("name=a, address=10.0.0.1:80", "weight=2", "zone=eu-1", "Connections=3")
        .contains("name=[::1]:81", "weight=5, maxConnections=9, backup=true");
    assertThat(servers.get(2).name()).isEqualTo("localhost:82");
    assertThat(servers.get(2).address().isName()).isFalse();
    rename("10.0.0.2:80\n");
    assertThat(servers()).hasSize(3);
    assertThat(servers()).extracting(ServerConfig::name).containsExactly("10.0.0.2:80");
  }

  @Test
  void a_file_with_a_mistake_is_refused_as_a_whole_with_the_place() throws Exception {
    Files.writeString(file, "10.0.0.1:80\n10.0.0.1\n10.0.0.2:80 wieght=2\n10.0.0.1:80\nunix:/x\n");
    assertThat(((Answer.Failed) source.ask()).why())
        .contains("web.servers:2", "the port is missing", ":3", "'wieght=2'", ":4", "already");
    rename("10.0.0.1:80\n");
    source.ask();
    assertThat(servers()).hasSize(1);
  }

  @Test
  void a_file_that_is_missing_empty_or_too_long_is_said_to_be_so() throws Exception {
    assertThat(((Answer.Failed) source.ask()).why()).contains("no such file");
    Files.writeString(file, "# none\n");
    assertThat(source.ask()).isInstanceOf(Answer.Nothing.class);
    rename("h:1\nh:2\nh:3\nh:4\n");
    source.ask();
    assertThat(source.ask()).isEqualTo(new Answer.TooMany(4));
    rename("no-such-host.invalid:80\n");
    source.ask();
    assertThat(((Answer.Failed) source.ask()).why()).contains("no-such-host.invalid:80 is not");
  }
}
