package io.steelyard.store.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.store.FaultContract;
import io.steelyard.store.tree.KeyStore;
import io.steelyard.store.tree.Tree;
import io.steelyard.testkit.Etcd;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real etcd of one member. */
final class EtcdStoreTest extends FaultContract {
  @TempDir private Path dir;
  private Etcd etcd;

  @Override
  protected void begin() throws Exception {
    etcd = Etcd.start(dir, 1);
  }

  @Override
  protected void end() {
    etcd.close();
  }

  @Override
  protected KeyStore open(String prefix) {
    return EtcdStore.of(
        new EtcdOptions(etcd.urls(), prefix, Optional.empty(), Duration.ofSeconds(2)));
  }

  @Override
  protected void writeRaw(String fullKey, byte[] value) throws Exception {
    String key = EtcdJson.bytes(fullKey.getBytes(StandardCharsets.UTF_8));
    post("/v3/kv/put", "{\"key\":%s,\"value\":%s}".formatted(key, EtcdJson.bytes(value)));
  }

  @Override
  protected void kill() {
    etcd.kill(0);
  }

  @Override
  protected void restart() throws Exception {
    etcd.restart(0);
  }

  @Override
  protected void restartEmpty() throws Exception {
    etcd.restartEmpty();
  }

  @Override
  protected void freeze() throws Exception {
    etcd.signal(0, "STOP");
  }

  @Override
  protected void thaw() throws Exception {
    etcd.signal(0, "CONT");
  }

  @Test
  void changes_that_were_compacted_away_are_read_as_a_whole() throws Exception {
    Tree old = store().read();
    for (int i = 0; i < 5; i++) {
      store().write("config", "" + i, store().read().version("config"));
    }
    post("/v3/kv/compaction", "{\"revision\":\"%d\"}".formatted(store().read().revision()));
    Tree now = store().awaitNewer(old, SOON);
    assertThat(now.value("config")).contains("4");
    assertThat(now).isEqualTo(store().read());
  }

  private void post(String path, String body) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(etcd.urls().getFirst() + path))
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build();
      assertThat(http.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    }
  }
}
