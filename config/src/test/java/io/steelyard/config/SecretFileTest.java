package io.steelyard.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SecretFileTest {
  @TempDir Path folder;

  @Test
  void secrets_that_every_user_can_read_are_noticed_behind_a_link_too() throws Exception {
    Path file = Files.writeString(folder.resolve("site.keys"), "secret");
    Path link = Files.createSymbolicLink(folder.resolve("link.keys"), file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(SecretFile.everybodyReads(file)).isTrue();
    assertThat(SecretFile.everybodyReads(link)).isTrue();
    assertThat(SecretFile.read(file)).asString().isEqualTo("secret");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThat(SecretFile.everybodyReads(link)).isFalse();
    assertThat(SecretFile.everybodyReads(folder.resolve("none"))).isFalse();
  }
}
