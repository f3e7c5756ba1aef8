package io.steelyard.wire.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.wire.http1.Http1.Persistence;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class Http1Test {
  @ParameterizedTest
  @ValueSource(ints = {400, 404, 408, 414, 431, 501, 502, 503, 504, 505, 599})
  void error_responses_are_complete_and_well_formed(int status) {
    byte[] response = Http1.errorResponse(status, "no server answered", Persistence.CLOSE, "i-1");
    ResponseHead head = new ResponseHead(HeadLimits.DEFAULT);
    int n = head.parse(response, 0, response.length, false);
    assertThat(n).isPositive();
    assertThat(head.status()).isEqualTo(status);
    assertThat(head.close()).isTrue();
    assertThat(n + head.contentLength()).isEqualTo(response.length);
    String text = Http.text(response, 0, response.length);
    assertThat(text).endsWith(status + " no server answered\n");
    assertThat(text.contains("Retry-After: 1\r\n")).isEqualTo(status == 503);
    byte[] toHead =
        Http1.errorResponseToHead(status, "no server answered", Persistence.CLOSE, "i-1", "");
    assertThat(Http.text(toHead, 0, toHead.length)).isEqualTo(text.substring(0, n));
    byte[] open = Http1.errorResponse(status, "", Persistence.USUAL, "");
    head.parse(open, 0, open.length, false);
    assertThat(head.close()).isFalse();
    assertThat(Http.text(open, 0, open.length))
        .contains(status + " " + Http1.reason(status) + "\n");
  }
}
