package io.steelyard.store.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Before a real etcd stands somebody who passes on what is asked, and loses the answers. */
final class EtcdLostAnswerTest extends EtcdTest {
  private HttpServer loser;
  private EtcdStore unlucky;

  EtcdLostAnswerTest() {
    super(1, Duration.ofSeconds(2));
  }

  @BeforeEach
  void startLoser() throws IOException {
    loser = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    loser.createContext("/", this::lose);
    loser.start();
    String url = "http://127.0.0.1:" + loser.getAddress().getPort();
    unlucky =
        EtcdStore.of(
            new EtcdOptions(
                List.of(url, etcd.urls().getFirst()),
                "/steelyard/",
                Optional.empty(),
                Duration.ofSeconds(2)));
  }

  @AfterEach
  void stopLoser() {
    unlucky.close();
    loser.stop(0);
  }

  private void lose(HttpExchange exchange) throws IOException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI url = URI.create(etcd.urls().getFirst() + exchange.getRequestURI());
      HttpRequest request =
          HttpRequest.newBuilder(url)
              .POST(
                  HttpRequest.BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()))
              .build();
      http.send(request, BodyHandlers.ofByteArray());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      exchange.close();
    }
  }

  @Test
  void a_write_whose_answer_was_lost_is_not_said_to_have_failed() throws Exception {
    assertThat(unlucky.write("config", "1", 0)).isTrue();
    assertThat(store.read().value("config")).contains("1");
  }

  @Test
  void a_removal_whose_answer_was_lost_is_not_said_to_have_failed() throws Exception {
    store.write("config", "1", 0);
    assertThat(unlucky.remove("config", store.read().version("config"))).isTrue();
    assertThat(store.read().entries()).isEmpty();
  }

  @Test
  void what_somebody_else_has_written_is_not_taken_for_ones_own() throws Exception {
    store.write("config", "another", 0);
    assertThat(unlucky.write("config", "1", 0)).isFalse();
    assertThat(store.read().value("config")).contains("another");
  }
}
