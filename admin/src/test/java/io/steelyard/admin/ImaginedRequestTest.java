package io.steelyard.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.core.snapshot.Protocol;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ImaginedRequestTest {
  private static ImaginedRequest read(String... parameters) throws Problem {
    StringBuilder query = new StringBuilder();
    for (String one : parameters) {
      int equals = one.indexOf('=');
      query.append(query.isEmpty() ? "" : "&").append(one, 0, equals + 1);
      query.append(URLEncoder.encode(one.substring(equals + 1), StandardCharsets.UTF_8));
    }
    return ImaginedRequest.read(Queries.pairs(URI.create("/v1/explain?" + query)));
  }

  @Test
  void it_stands_as_on_the_wire() throws Exception {
    ImaginedRequest request =
        read("url=http://u:p@shop.example:8080/a%20b?q=1#f", "method=POST", "header=X-User: 4 2");
    assertThat(request.inquiry().head())
        .isEqualTo("POST /a%20b?q=1 HTTP/1.1\r\nHost: shop.example:8080\r\nX-User: 4 2\r\n\r\n");
    assertThat(request.inquiry().door().port()).isEqualTo(8080);
    assertThat(request.from().getHostAddress()).isEqualTo("127.0.0.1");
  }

  @Test
  void a_host_that_is_given_takes_the_place_of_the_urls() throws Exception {
    assertThat(read("url=https://127.0.0.1", "header=host: shop.example").inquiry().head())
        .isEqualTo("GET / HTTP/1.1\r\nhost: shop.example\r\n\r\n");
  }

  @Test
  void a_connection_has_no_head() throws Exception {
    ImaginedRequest request = read("url=tcp://127.0.0.1:5432", "from=2001:db8::7");
    assertThat(request.inquiry().head()).isEmpty();
    assertThat(request.inquiry().door().protocol()).isEqualTo(Protocol.TCP);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "method=GET|from=192.0.2.7",
        "url=/cart|from=192.0.2.7",
        "url=http://a b/|from=192.0.2.7",
        "url=ftp://shop.example/|from=192.0.2.7",
        "url=http://x/|method=GET /y",
        "url=http://x/|header=no colon",
        "url=http://x/|header=X: a\u0007b",
        "url=http://x/|from=shop.example",
        "url=http://x/|from=127.1",
        "url=http://x/|url=http://y/",
        "url=http://x/|nonsense=1",
      })
  void what_is_no_request_is_refused(String one, String other) {
    assertThatThrownBy(() -> read(one, other))
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.answer().status()).isEqualTo(400));
  }
}
