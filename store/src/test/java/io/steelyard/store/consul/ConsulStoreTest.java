package io.steelyard.store.consul;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.config.ClientTls;
import io.steelyard.store.FaultContract;
import io.steelyard.store.tree.KeyStore;
import io.steelyard.testkit.consul.FakeConsulProcess;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

/** Against a fake of Consul that is a process of its own. */
final class ConsulStoreTest extends FaultContract {
  @TempDir private Path dir;
  private FakeConsulProcess consul;

  @Override
  protected void begin() throws Exception {
    consul = FakeConsulProcess.start(dir);
  }

  @Override
  protected void end() {
    consul.close();
  }

  @Override
  protected KeyStore open(String prefix) {
    return ConsulStore.of(
        new ConsulOptions(
            List.of(consul.url()),
            prefix.substring(1),
            Optional.empty(),
            ClientTls.DEFAULT,
            Duration.ofSeconds(2),
            Duration.ofSeconds(1)));
  }

  @Override
  protected void writeRaw(String fullKey, byte[] value) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(consul.url() + "/v1/kv" + fullKey))
              .PUT(HttpRequest.BodyPublishers.ofByteArray(value))
              .build();
      assertThat(http.send(request, BodyHandlers.ofString()).body()).isEqualTo("true");
    }
  }

  @Override
  protected void kill() {
    consul.kill();
  }

  @Override
  protected void restart() throws Exception {
    consul.restart();
  }

  @Override
  protected void restartEmpty() throws Exception {
    consul.restartEmpty();
  }

  @Override
  protected void freeze() throws Exception {
    consul.signal("STOP");
  }

  @Override
  protected void thaw() throws Exception {
    consul.signal("CONT");
  }
}
