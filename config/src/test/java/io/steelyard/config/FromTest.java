package io.steelyard.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where a node's own file says that the rest is. */
final class FromTest {
  private static OwnConfig own(String text) throws ConfigException {
    return ConfigParser.checkOwn(List.of(ConfigText.own("/etc/steelyard/own.yaml", text)));
  }

  private static String error(String text) {
    ConfigException refused = catchThrowableOfType(ConfigException.class, () -> own(text));
    assertThat(refused.errors()).hasSize(1);
    return refused.errors().getFirst().toString();
  }

  @ParameterizedTest
  @CsvSource({
    "file:shared,/etc/steelyard/shared",
    "file:../shared/,/etc/shared",
    "file:/srv/shared,/srv/shared",
    "file:///srv/shared,/srv/shared"
  })
  void a_folder_counts_from_the_one_of_the_file(String written, String meant) throws Exception {
    FromConfig from = own("from: " + written).from();
    assertThat(from).isEqualTo(new FromConfig.Folder(Path.of(meant)));
    assertThat(from).hasToString("file:" + meant);
    assertThat(from.root()).isEqualTo(meant + "/");
  }

  @Test
  void a_folder_has_a_name_and_no_secrets() {
    assertThat(error("from: 'file:'")).contains("expected a folder after 'file:'");
    assertThat(error("from: file://host/x")).contains("expected a folder after 'file:'");
    assertThat(error("from: file:x\nstore: {password: 'env:HOME'}\n"))
        .contains(":2:19: password of store: a folder has no password");
  }

  @Test
  void what_a_node_shows_a_store_is_a_certificate_with_its_key_over_tls(@TempDir Path dir)
      throws Exception {
    assertThat(AdminSectionTest.isMade(dir, "own") && AdminSectionTest.isMade(dir, "other"))
        .isTrue();
    String certificate = "certificate: '%s'".formatted(dir.resolve("own/cert.pem"));
    String key = ", key: '%s'".formatted(dir.resolve("own/key.pem"));
    String other = ", key: '%s'".formatted(dir.resolve("other/key.pem"));
    FromConfig.Store shown =
        (FromConfig.Store) own("from: etcds://h/x\nstore: {" + certificate + key + "}\n").from();
    assertThat(shown.client().identity().orElseThrow()).hasToString("CN=localhost");
    assertThat(error("from: etcds://h/x\nstore: {" + certificate + "}\n"))
        .contains(":2:22: certificate of store: 'certificate' and 'key' belong together");
    assertThat(error("from: etcds://h/x\nstore: {" + certificate + other + "}\n"))
        .contains("key of store: ")
        .contains("found that of another certificate");
    assertThat(error("from: etcd://h/x\nstore: {" + certificate + key + "}\n"))
        .contains("only with TLS in 'from' (etcds://)");
  }

  @Test
  void a_user_has_a_password_in_the_url_or_beside_it() throws Exception {
    assertThat(error("from: etcd://u@h/x"))
        .contains(":1:7: from: user 'u' has no password: name its file beside");
    assertThat(own("from: etcd://u:p@h/x").from()).isNotNull();
    assertThat(own("from: etcd://u@h/x\nstore: {password: 'env:HOME'}\n").from())
        .extracting(from -> ((FromConfig.Store) from).password().orElseThrow())
        .isEqualTo(Secret.of(System.getenv("HOME")));
  }

  @Test
  void a_secret_may_come_from_the_environment() throws Exception {
    assertThat(error("from: etcd://u@h/x\nstore: {password: 'env:STEELYARD_NO_SUCH'}\n"))
        .contains(":2:19: password of store: there is no such variable in the environment;");
    assertThat(error("from: etcd://u@h/x\nstore: {password: 'env:hunter 2'}\n"))
        .contains("expected the name of a variable")
        .doesNotContain("hunter");
    assertThat(SecretText.variable("NAME", Map.of("NAME", "s3cret")))
        .asString()
        .isEqualTo("s3cret");
    assertThatThrownBy(() -> SecretText.variable("OTHER", Map.of("NAME", "s3cret")))
        .hasMessage("env:OTHER: there is no such variable in the environment")
        .hasMessageNotContaining("s3cret");
  }
}
