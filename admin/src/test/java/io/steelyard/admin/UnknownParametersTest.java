package io.steelyard.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.control.Sharing;
import io.steelyard.core.health.Wish;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who gives a parameter that a resource does not know expects what will not happen. */
final class UnknownParametersTest {
  private static final String SERVER = "/v1/pools/app%2Fx/servers/a";

  private final FakeNode node = new FakeNode();
  private final HttpClient http = HttpClient.newHttpClient();
  private AdminServer admin;

  @BeforeEach
  void serve() throws IOException {
    node.rotation = Sharing.Rotation.DONE;
    admin = AdminServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), node);
  }

  @AfterEach
  void stop() {
    admin.close();
    http.close();
  }

  private HttpResponse<String> ask(String method, String path, String accept) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin.address().getPort() + path))
            .method(method, BodyPublishers.ofString("{\"wish\":\"drain\",\"revision\":1}"))
            .header("Accept", accept)
            .header("If-Match", "*")
            .header("Content-Type", "application/json")
            .build(),
        BodyHandlers.ofString());
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /",
    "GET, /livez",
    "GET, /readyz",
    "GET, /metrics",
    "GET, /v1/status",
    "GET, /v1/openapi.json",
    "GET, /v1/pools",
    "GET, /v1/pools/app%2Fx",
    "GET, /v1/pools/app%2Fx/servers/a",
    "PATCH, /v1/pools/app%2Fx/servers/a",
    "GET, /v1/sessions",
    "DELETE, /v1/sessions",
    "GET, /v1/events",
    "GET, /v1/explain",
    "GET, /v1/cluster",
    "GET, /v1/cluster/keys",
    "POST, /v1/cluster/keys",
  })
  void a_parameter_that_is_not_known_is_refused_and_nothing_is_done(String method, String path)
      throws Exception {
    for (String query : List.of("?nonsense=true", "?dry-rum=true")) {
      HttpResponse<String> answer = ask(method, path + query, "application/json");
      assertThat(answer.statusCode()).as(method + path + query + answer.body()).isEqualTo(400);
      assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    }
    assertThat(node.wish).isEqualTo(Wish.SERVE);
    assertThat(node.rotated).hasValue(0);
    assertThat(node.forgotten).isNull();
  }

  @Test
  void a_new_key_for_sessions_is_not_made_to_see_what_would_happen() throws Exception {
    assertThat(ask("POST", "/v1/cluster/keys?dry-run=true", "*/*").statusCode()).isEqualTo(400);
    assertThat(node.rotated).hasValue(0);
    assertThat(ask("POST", "/v1/cluster/keys", "*/*").statusCode()).isEqualTo(200);
    assertThat(node.rotated).hasValue(1);
  }

  @Test
  void a_stream_of_events_knows_its_one_parameter_whatever_its_reader_has_seen() throws Exception {
    assertThat(ask("GET", "/v1/events?since=1", "text/event-stream").statusCode()).isEqualTo(400);
    assertThat(ask("GET", "/v1/events?after=x", "text/event-stream").statusCode()).isEqualTo(400);
  }

  @Test
  void a_patch_is_tried_without_a_change_as_before() throws Exception {
    assertThat(ask("PATCH", SERVER + "?dry-run=perhaps", "*/*").statusCode()).isEqualTo(400);
    assertThat(node.wish).isEqualTo(Wish.SERVE);
  }
}
