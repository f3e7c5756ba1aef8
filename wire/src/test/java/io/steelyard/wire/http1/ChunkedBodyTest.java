package io.steelyard.wire.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ChunkedBodyTest {
  private final ChunkedBody body = new ChunkedBody();

  private int scan(String text) {
    byte[] in = Http.bytes(text);
    return body.scan(in, 0, in.length);
  }

  @Test
  void a_body_ends_where_its_trailers_end() {
    String text = "5;x=\"\u00e9\"\r\nhello\r\nA\r\n0123456789\r\n000\r\nX-T: v\r\nY:\r\n\r\n";
    assertThat(scan(text + "GET")).isEqualTo(text.length());
    assertThat(body.done()).isTrue();
    assertThat(body.bad()).isFalse();
    assertThat(scan("more")).isZero();
  }

  @Test
  void the_data_is_found_run_by_run() {
    byte[] in = Http.bytes("3\r\nabc\r\n2\r\nde");
    int i = body.next(in, 0, in.length);
    assertThat(Http.text(in, body.dataFrom(), body.dataTo())).isEqualTo("abc");
    i = body.next(in, i, in.length);
    assertThat(Http.text(in, body.dataFrom(), body.dataTo())).isEqualTo("de");
    byte[] rest = Http.bytes("\r\n0\r\n\r\n");
    assertThat(i).isEqualTo(in.length);
    assertThat(body.next(rest, 0, rest.length)).isEqualTo(rest.length);
    assertThat(body.dataFrom()).isEqualTo(body.dataTo());
    assertThat(body.done()).isTrue();
  }

  @Test
  void data_need_not_be_shown() {
    scan("fffffffff\r\n");
    assertThat(body.dataLeft()).isEqualTo(0xfffffffffL);
    body.dataConsumed(0xffffffffeL);
    assertThat(body.dataLeft()).isEqualTo(1);
    assertThatThrownBy(() -> body.dataConsumed(2)).isInstanceOf(IllegalArgumentException.class);
    body.dataConsumed(1);
    assertThat(body.dataLeft()).isZero();
    scan("\r\n0\r\n\r\n");
    assertThat(body.done()).isTrue();
  }

  @Test
  void another_body_begins_after_a_reset() {
    scan("5\r\nhel");
    body.reset();
    assertThat(body.dataLeft()).isZero();
    scan("0\r\n\r\n");
    assertThat(body.done()).isTrue();
    body.reset();
    assertThat(body.done()).isFalse();
    scan("x");
    assertThat(body.bad()).isTrue();
    body.reset();
    assertThat(body.bad()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\r\n",
        " 5\r\n",
        "\t5\r\n",
        "5 \r\n",
        "5 ;a\r\n",
        "5\n",
        "5\r",
        "5\rx",
        ";a\r\n",
        "-5\r\n",
        "+5\r\n",
        "0x5\r\n",
        "g\r\n",
        "5,5\r\n",
        "1000000000000000\r\n",
        "0000000000000005\r\n",
        "5;a\n",
        "5;a\rb\r\n",
        "5;a\u0000\r\n",
        "5;\u007f\r\n",
        "5\r\nhellox\r\n",
        "5\r\nhello\n",
        "5\r\nhello\r\r\n",
        "5\r\nhello5\r\n",
        "0\r\n\n",
        "0\r\n\r\r",
        "0\r\nA\r\n",
        "0\r\nA : b\r\n",
        "0\r\n: b\r\n",
        "0\r\n A: b\r\n",
        "0\r\nA: b\r\n c\r\n",
        "0\r\nA: b\nB: c\r\n",
        "0\r\nA: b\rc\r\n",
        "0\r\nA: \u0000\r\n",
        "0\r\n\u00e4: b\r\n"
      })
  void malformed_framing_is_bad(String text) {
    scan(text + "\r");
    assertThat(body.bad()).isTrue();
    assertThat(body.done()).isFalse();
  }

  @Test
  void extensions_are_bounded() {
    scan("1;" + "a".repeat(4095) + "\r\na\r\n0\r\n\r\n");
    assertThat(body.done()).isTrue();
    body.reset();
    scan("1;" + "a".repeat(4096));
    assertThat(body.bad()).isTrue();
  }

  @Test
  void trailers_are_bounded() {
    scan("0\r\n" + "A:\r\n".repeat(64) + "\r\n");
    assertThat(body.done()).isTrue();
    body.reset();
    scan("0\r\n" + "A:\r\n".repeat(64) + "A");
    assertThat(body.bad()).isTrue();
    body.reset();
    scan("0\r\nA:" + "b".repeat(8188) + "\r\n\r\n");
    assertThat(body.done()).isTrue();
    body.reset();
    scan("0\r\nA:" + "b".repeat(8189) + "\r\n\r\n");
    assertThat(body.bad()).isTrue();
    body.reset();
    scan("0\r\n" + "A".repeat(8193));
    assertThat(body.bad()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length",
        "TRANSFER-ENCODING",
        "host",
        "te",
        "Trailer",
        "Authorization",
        "Set-Cookie",
        "X-Forwarded-Prefix",
        "X_Forwarded_For",
        "Content_Length",
        "X-Real_IP"
      })
  void fields_that_belong_into_the_head_are_bad_trailers(String name) {
    for (int cut = 1; cut < name.length(); cut++) {
      body.reset();
      scan("0\r\nOk: x\r\n" + name.substring(0, cut));
      assertThat(body.bad()).isFalse();
      scan(name.substring(cut) + ": x\r\n");
      assertThat(body.bad()).as(name + " cut at " + cut).isTrue();
    }
  }

  @Test
  void other_trailers_are_good() {
    scan("0\r\nContent-MD5: x\r\nServer-Timing: y\r\nContent-Lengths: 5\r\n\r\n");
    assertThat(body.done()).isTrue();
  }
}
