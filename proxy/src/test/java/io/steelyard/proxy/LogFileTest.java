package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.core.snapshot.AccessLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An access log in a file, which is rotated as logrotate does it. */
final class LogFileTest extends ProxyTest {
  @TempDir Path folder;
  private Path file;
  private Path rotated;
  private Peer client;

  @BeforeEach
  void name() {
    file = folder.resolve("access.log");
    rotated = folder.resolve("access.log.1");
    setup.accessLog = AccessLog.COMBINED;
    setup.accessLogFile = Optional.of(file);
  }

  private void begin() throws Exception {
    answering(OK);
    start();
    client = client();
  }

  private void ask(String path) throws Exception {
    client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n").message();
  }

  private static List<String> paths(Path log) throws IOException {
    return Files.exists(log)
        ? Files.readAllLines(log).stream().map(line -> line.split(" ", -1)[6]).toList()
        : List.of();
  }

  private void awaitPaths(Path log, String... paths) {
    eventually(log + " has them", () -> paths(log).equals(List.of(paths)));
  }

  @Test
  void lines_go_on_in_the_renamed_file_until_it_is_opened_again_and_none_is_lost()
      throws Exception {
    Files.writeString(file, "1.2.3.4 - - [then +0000] \"GET /before HTTP/1.1\" 200 2\n");
    begin();
    ask("/a");
    awaitPaths(file, "/before", "/a");
    Files.move(file, rotated);
    ask("/b");
    awaitPaths(rotated, "/before", "/a", "/b");
    assertThat(proxy.reopenAccessLog()).isTrue();
    eventually("there is a new one", () -> Files.exists(file));
    ask("/c");
    awaitPaths(file, "/c");
    assertThat(paths(rotated)).containsExactly("/before", "/a", "/b");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-r-----");
  }

  @Test
  void when_it_cannot_be_opened_again_the_open_one_goes_on() throws Exception {
    begin();
    ask("/a");
    awaitPaths(file, "/a");
    Files.move(file, rotated);
    Files.createDirectory(file);
    proxy.reopenAccessLog();
    ask("/b");
    awaitPaths(rotated, "/a", "/b");
  }

  @Test
  void lines_that_cannot_be_written_are_counted_and_nobody_waits() throws Exception {
    setup.accessLogFile = Optional.of(Path.of("/dev/full"));
    begin();
    ask("/a");
    ask("/b");
    eventually("they are counted", () -> metric("steelyard_access_log_dropped") == 2);
  }

  @Test
  void a_file_that_cannot_be_written_is_told_before_anything_is_started() throws Exception {
    begin();
    Path nowhere = folder.resolve("missing/access.log");
    ProxyOptions options = new ProxyOptions(1, Optional.of(transport), Optional.of(nowhere));
    assertThatThrownBy(() -> Proxy.start(options))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("the access log cannot be written: " + nowhere);
  }
}
