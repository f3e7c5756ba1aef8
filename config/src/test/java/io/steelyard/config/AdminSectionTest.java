package io.steelyard.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.testkit.TestCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may ask the admin API, as it is written and as it is refused. */
final class AdminSectionTest {
  private static final String REST =
      """
      listeners: {web: {address: ":80", pool: app}}
      pools: {app: {servers: ["127.0.0.1:9001"]}}
      """;
  private static final String TOKEN = "0123456789abcdef-secret";

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("steelyard.yaml");
    Files.writeString(folder.resolve("token"), TOKEN + "\nnot this line\n");
  }

  private AdminConfig admin(String section) throws ConfigException, IOException {
    Files.writeString(file, "admin: " + section + "\n" + REST);
    return ConfigParser.parseFile(file).admin();
  }

  private void refused(String section, String... says) {
    assertThatThrownBy(() -> admin(section))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll(says)
        .message()
        .doesNotContain("secret");
  }

  static boolean isMade(Path folder, String name) throws Exception {
    return Files.exists(
        TestCertificate.in(Files.createDirectory(folder.resolve(name)), "DNS:localhost").file());
  }

  @Test
  void with_a_token_the_API_may_be_reached_by_others() throws Exception {
    AdminConfig admin = admin("{address: ':7700', token: token}");
    assertThat(admin.token()).contains(Secret.of(TOKEN));
    assertThat(admin.toString()).doesNotContain(TOKEN);
    assertThat(ConfigParser.parseFile(file).files()).contains(folder.resolve("token"));
  }

  @Test
  void a_token_is_long_and_visible() throws Exception {
    Files.writeString(folder.resolve("token"), "secret\n");
    refused("{token: token}", "steelyard.yaml:1:16: token of admin:", "6 characters", "openssl");
    Files.writeString(folder.resolve("token"), "secret with blanks in it\n");
    refused("{token: token}", "blanks");
    Files.writeString(folder.resolve("token"), "\n");
    refused("{token: token}", "found nothing");
  }

  @Test
  void certificates_of_clients_are_as_good_as_a_token() throws Exception {
    assertThat(isMade(folder, "own")).isTrue();
    String tls = "tls: {certificate: own/cert.pem, key: own/key.pem";
    AdminTls made =
        admin("{address: ':7700', " + tls + ", client-ca: own/cert.pem}}").tls().orElseThrow();
    assertThat(made.clientCa()).hasSize(1);
    assertThat(made).hasToString("TLS as CN=localhost");
    assertThat(admin("{" + tls + "}}")).isEqualTo(admin("{" + tls + "}}"));
    refused("{address: ':7700', " + tls + "}}", "1:18: address of admin", "'client-ca: FILE'");
  }

  @Test
  void a_certificate_and_its_key_belong_together() throws Exception {
    assertThat(isMade(folder, "own") && isMade(folder, "other")).isTrue();
    refused(
        "{tls: {certificate: own/cert.pem, key: other/key.pem}}",
        "1:47: key of tls of admin: ",
        "found that of another certificate");
    refused("{tls: {certificate: own/cert.pem}}", "missing key 'key'");
    refused("{tls: {key: own/key.pem}}", "missing key 'certificate'");
    refused("{tls: {certificate: own/none.pem, key: own/key.pem}}", "none.pem: no such file");
    refused("{tls: {certificate: own/cert.pem, key: own/cert.pem}}", "PKCS #8", "found none");
    Files.writeString(folder.resolve("old.pem"), "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n");
    refused("{tls: {certificate: own/cert.pem, key: old.pem}}", "openssl pkcs8 -topk8");
  }

  @Test
  void the_socket_has_a_place_of_its_own() throws Exception {
    assertThat(admin("{socket: /run/steelyard/admin.sock}").socket())
        .contains(new Address.Unix("/run/steelyard/admin.sock"));
    refused("{socket: admin.sock}", "1:17: socket of admin: ", "absolute path");
    refused("{socket: /" + "x".repeat(90) + "}", "90 bytes at most");
    Files.writeString(
        file,
        """
        admin: {socket: /run/a}
        listeners: {web: {address: "unix:/run/a", pool: app}}
        pools: {app: {servers: ["127.0.0.1:9001"]}}
        """);
    assertThatThrownBy(() -> ConfigParser.parseFile(file)).hasMessageContaining("already taken");
  }

  @Test
  void the_audit_log_is_named_from_the_folder_of_the_configuration() throws Exception {
    assertThat(admin("{audit-log: audit.jsonl}").auditLog())
        .contains(folder.resolve("audit.jsonl"));
  }
}
