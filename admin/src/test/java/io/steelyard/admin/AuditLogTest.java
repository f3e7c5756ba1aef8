package io.steelyard.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.control.Event;
import io.steelyard.core.health.Wish;
import io.steelyard.wire.json.JsonReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every change is accounted for, or does not happen. */
final class AuditLogTest {
  private static final String SERVER = "/v1/pools/app%2Fx/servers/a";
  private static final String JSON = "Content-Type: application/json";

  @TempDir Path folder;
  private final FakeNode node = new FakeNode();
  private Path file;
  private AdminHandler handler;
  private AdminServer admin;

  @BeforeEach
  void start() throws IOException {
    file = folder.resolve("audit.jsonl");
    handler = new AdminHandler(node);
    handler.auditTo(Optional.of(AuditLog.open(file)));
    admin =
        AdminServer.bind(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), handler, Access.LOOPBACK);
    admin.serve();
  }

  @AfterEach
  void stop() {
    admin.close();
  }

  private String patch(String path, String body, String... more) throws Exception {
    List<String> options = new ArrayList<>(List.of("-X", "PATCH", "-H", JSON, "-d", body));
    options.addAll(List.of(more));
    options.add("http://127.0.0.1:" + admin.address().getPort() + path);
    return Asked.curl(options.toArray(String[]::new)).text();
  }

  private Map<?, ?> record(int line) throws Exception {
    return (Map<?, ?>) JsonReader.read(Files.readAllLines(file).get(line));
  }

  @Test
  void a_change_leaves_one_line_and_one_event() throws Exception {
    assertThat(patch(SERVER, "{\"wish\":\n \"drain\"}")).startsWith("HTTP/1.1 200");
    assertThat(Files.readAllLines(file)).hasSize(1);
    Map<?, ?> record = record(0);
    assertThat(record.get("who")).isEqualTo("loopback");
    assertThat(record.get("remote").toString()).startsWith("127.0.0.1 port ");
    assertThat(record.get("method")).isEqualTo("PATCH");
    assertThat(record.get("path")).isEqualTo(SERVER);
    assertThat(record.get("change")).isEqualTo("{\"wish\": \"drain\"}");
    assertThat(record.get("revision")).hasToString("3");
    assertThat(record.get("from").toString()).startsWith("\"").endsWith("\"");
    assertThat(record.get("status")).hasToString("200");
    assertThat(record.get("at").toString()).endsWith("Z");
    Event event = node.events.since(0).getLast();
    assertThat(event.kind()).isEqualTo(Event.Kind.AUDIT);
    assertThat(event.text()).contains("loopback from 127.0.0.1", "{\"wish\": \"drain\"}: 200");
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void a_refused_change_is_accounted_for_and_reading_is_not() throws Exception {
    assertThat(patch(SERVER, "{\"wish\":\"gone\"}")).startsWith("HTTP/1.1 422");
    assertThat(patch(SERVER, "{\"wish\":\"drain\"}", "-H", "Host: evil.example")).contains(" 421 ");
    assertThat(patch("/v1/none", "x")).contains(" 404 ");
    assertThat(patch(SERVER, "y".repeat(1_000))).contains(" 400 ");
    Asked.curl("http://127.0.0.1:" + admin.address().getPort() + "/v1/status");
    assertThat(Files.readAllLines(file)).hasSize(4);
    assertThat(record(0).get("status")).hasToString("422");
    assertThat(record(1).get("refused")).isEqualTo("host");
    assertThat(record(2).get("status")).hasToString("404");
    assertThat(record(3).get("change").toString()).hasSize(259).endsWith("...");
  }

  @Test
  void nothing_is_changed_while_the_log_cannot_be_written() throws Exception {
    Files.delete(file);
    Files.createDirectory(file);
    assertThat(patch(SERVER, "{\"wish\":\"drain\"}"))
        .startsWith("HTTP/1.1 503")
        .contains("audit log");
    assertThat(node.wish).isEqualTo(Wish.SERVE);
    assertThat(Asked.curl("http://127.0.0.1:" + admin.address().getPort() + "/metrics").text())
        .containsPattern("steelyard_admin_audit_failures_total 1\\b");
    Files.delete(file);
    assertThat(patch(SERVER, "{\"wish\":\"drain\"}")).startsWith("HTTP/1.1 200");
    assertThat(Files.readAllLines(file)).hasSize(1);
  }

  @Test
  void a_log_that_is_moved_away_begins_anew() throws Exception {
    assertThat(patch(SERVER, "{\"weight\":2}")).contains(" 200 ");
    Files.move(file, folder.resolve("audit.1"));
    assertThat(patch(SERVER, "{\"weight\":3}")).contains(" 200 ");
    assertThat(record(0).get("change")).isEqualTo("{\"weight\":3}");
  }

  @Test
  void what_could_not_be_written_goes_before_the_next() throws Exception {
    Path later = folder.resolve("later");
    AuditLog log = AuditLog.open(later);
    Files.delete(later);
    Files.createDirectory(later);
    assertThatThrownBy(() -> log.write("one")).isInstanceOf(IOException.class);
    assertThatThrownBy(log::demandWritable).isInstanceOf(IOException.class);
    Files.delete(later);
    log.demandWritable();
    log.write("two");
    assertThat(Files.readAllLines(later)).containsExactly("one", "two");
  }

  @Test
  void what_a_log_owes_goes_into_the_one_that_takes_its_place() throws Exception {
    node.onChange = () -> replaceByFolder(file);
    assertThat(patch(SERVER, "{\"weight\":2}")).contains(" 200 ");
    handler.auditTo(Optional.of(AuditLog.open(folder.resolve("next"))));
    node.onChange = () -> {};
    assertThat(Files.readAllLines(folder.resolve("next"))).isEmpty();
    assertThat(patch(SERVER, "{\"weight\":3}")).contains(" 200 ");
    file = folder.resolve("next");
    assertThat(Files.readAllLines(file)).hasSize(2);
    assertThat(record(0).get("change")).isEqualTo("{\"weight\":2}");
  }

  @Test
  void a_log_that_is_configured_again_goes_on_with_what_it_owes() throws Exception {
    AuditLog again = AuditLog.open(file);
    node.onChange = () -> replaceByFolder(file);
    assertThat(patch(SERVER, "{\"weight\":2}")).contains(" 200 ");
    handler.auditTo(Optional.of(again));
    node.onChange = () -> {};
    Files.delete(file);
    assertThat(patch(SERVER, "{\"weight\":3}")).contains(" 200 ");
    assertThat(Files.readAllLines(file)).hasSize(2);
    assertThat(record(0).get("change")).isEqualTo("{\"weight\":2}");
  }

  @Test
  void a_change_of_the_log_itself_stands_in_the_former_one() throws Exception {
    Path next = folder.resolve("next");
    AuditLog other = AuditLog.open(next);
    node.onChange = () -> handler.auditTo(Optional.of(other));
    assertThat(patch(SERVER, "{\"weight\":2}")).contains(" 200 ");
    node.onChange = () -> handler.auditTo(Optional.empty());
    assertThat(patch(SERVER, "{\"weight\":3}")).contains(" 200 ");
    assertThat(record(0).get("change")).isEqualTo("{\"weight\":2}");
    assertThat(Files.readAllLines(file)).hasSize(1);
    assertThat(Files.readString(next)).contains("weight\\\":3");
  }

  @Test
  void a_change_that_was_under_way_when_the_log_moved_and_broke_stands_in_the_next()
      throws Exception {
    Path next = folder.resolve("next");
    AuditLog other = AuditLog.open(next);
    node.onChange =
        () -> {
          handler.auditTo(Optional.of(other));
          replaceByFolder(file);
        };
    assertThat(patch(SERVER, "{\"weight\":2}")).contains(" 200 ");
    node.onChange = () -> {};
    assertThat(patch(SERVER, "{\"weight\":3}")).contains(" 200 ");
    file = next;
    assertThat(Files.readAllLines(file)).hasSize(2);
    assertThat(record(0).get("change")).isEqualTo("{\"weight\":2}");
  }

  /** From then on it cannot be written. */
  private static void replaceByFolder(Path file) {
    try {
      Files.deleteIfExists(file);
      Files.createDirectory(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void a_log_that_can_never_be_written_is_refused_at_once() {
    assertThatThrownBy(() -> AuditLog.open(folder.resolve("none/audit")))
        .hasMessageContaining("audit-log of admin: cannot write")
        .hasMessageContaining("NoSuchFile");
    assertThatThrownBy(() -> AuditLog.open(folder)).isInstanceOf(IOException.class);
  }
}
