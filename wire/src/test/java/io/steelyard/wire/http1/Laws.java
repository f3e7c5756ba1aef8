package io.steelyard.wire.http1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;

/** What must hold for any bytes whatever. */
final class Laws {
  /** Splitting at every position costs the square of the length. */
  private static final int SPLIT_BYTES_MAX = 1024;

  private static final int BEFORE = 5;
  private static final byte[] AFTER = Http.bytes("\r\n\r\nX: y\r\n\r\n");

  private Laws() {}

  static void request(byte[] data) {
    RequestHead head = new RequestHead(HeadLimits.DEFAULT);
    int n = head.parse(data, 0, data.length);
    assertThat(n).isLessThanOrEqualTo(data.length);
    if (data.length >= HeadLimits.DEFAULT.bytes()) {
      return;
    }
    NaiveRequest naive = NaiveRequest.read(Http.text(data, 0, data.length));
    if (naive == null) {
      assertThat(n).isNegative();
    } else if (naive.head.length == 0) {
      assertThat(n).isNotPositive();
    } else {
      assertThat(n).isEqualTo(naive.head.length);
      sameRequest(head, data, naive);
      rewritten(head);
    }
    requestSplits(data, n);
  }

  private static void sameRequest(RequestHead head, byte[] in, NaiveRequest naive) {
    assertThat(head.minor()).isEqualTo(naive.minor);
    assertThat(Http.text(in, head.methodFrom(), head.methodTo())).isEqualTo(naive.method);
    assertThat(Http.text(in, head.pathFrom(), head.pathTo())).isEqualTo(naive.path);
    assertThat(Http.text(in, head.hostFrom(), head.hostTo())).isEqualTo(naive.host);
    assertThat(Http.text(in, head.authorityFrom(), head.authorityTo())).isEqualTo(naive.authority);
    assertThat(Http.text(in, head.requestIdFrom(), head.requestIdTo())).isEqualTo(naive.requestId);
    assertThat(head.contentLength()).isEqualTo(naive.contentLength);
    assertThat(head.chunked()).isEqualTo(naive.contentLength == -1);
    assertThat(head.hasBody()).isEqualTo(naive.contentLength != 0);
    assertThat(head.upgrade()).isEqualTo(naive.upgrade);
    assertThat(head.close()).isEqualTo(naive.close);
    assertThat(head.expectContinue()).isEqualTo(naive.expectContinue);
    for (boolean trusted : new boolean[] {false, true}) {
      head.parse(in, 0, in.length);
      assertThat(write(head, trusted)).isEqualTo(naive.written(trusted));
    }
  }

  /** What was written means the same, and is written again with the same lines, but for a count. */
  private static void rewritten(RequestHead head) {
    byte[] once = Http.bytes(write(head, false));
    RequestHead again = new RequestHead(new HeadLimits(64 * 1024, 256));
    assertThat(again.parse(once, 0, once.length)).isEqualTo(once.length);
    assertThat(again.contentLength()).isEqualTo(head.contentLength());
    assertThat(again.upgrade()).isEqualTo(head.upgrade());
    assertThat(again.head()).isEqualTo(head.head());
    assertThat(again.idempotent()).isEqualTo(head.idempotent());
    if (head.authorityFrom() < head.authorityTo()) {
      assertThat(sortedLines(write(again, false)))
          .isEqualTo(sortedLines(Http.text(once, 0, once.length)));
    }
  }

  private static String sortedLines(String text) {
    String[] lines = text.replaceFirst("Max-Forwards: [0-9]+\r\n", "").split("\r\n", -1);
    Arrays.sort(lines);
    return String.join("\n", lines);
  }

  private static String write(RequestHead head, boolean trusted) {
    Forwarding forwarding = Http.forwarding(trusted);
    byte[] out = new byte[head.writtenBound(forwarding)];
    int end = head.write(out, 0, forwarding);
    String first = Http.text(out, 0, end);
    assertThat(Http.text(out, 0, head.write(out, 0, forwarding))).isEqualTo(first);
    return first;
  }

  private static void requestSplits(byte[] data, int whole) {
    RequestHead head = new RequestHead(HeadLimits.DEFAULT);
    byte[] within = surrounded(data);
    for (int k = 0; k <= Math.min(data.length, SPLIT_BYTES_MAX); k++) {
      System.arraycopy(data, 0, within, BEFORE, k);
      System.arraycopy(AFTER, 0, within, BEFORE + k, AFTER.length);
      splitLaw(k, head.parse(within, BEFORE, BEFORE + k), whole);
    }
  }

  private static void splitLaw(int k, int part, int whole) {
    if (whole > 0) {
      assertThat(part).isEqualTo(k < whole ? 0 : whole);
    } else if (part != 0) {
      assertThat(part).isEqualTo(whole);
    }
  }

  private static byte[] surrounded(byte[] data) {
    byte[] within = new byte[BEFORE + data.length + AFTER.length];
    Arrays.fill(within, (byte) '?');
    return within;
  }

  static void response(byte[] data, boolean requestWasHead) {
    ResponseHead head = new ResponseHead(HeadLimits.DEFAULT);
    int n = head.parse(data, 0, data.length, requestWasHead);
    assertThat(n).isLessThanOrEqualTo(data.length);
    if (data.length >= HeadLimits.DEFAULT.bytes()) {
      return;
    }
    NaiveResponse naive = NaiveResponse.read(Http.text(data, 0, data.length), requestWasHead);
    if (naive == null) {
      assertThat(n).isIn(-502, ResponseHead.TOO_LARGE);
    } else if (naive.head.length == 0) {
      assertThat(n).isNotPositive();
    } else {
      assertThat(n).isEqualTo(naive.head.length);
      sameResponse(head, data, n, naive);
    }
    byte[] within = surrounded(data);
    for (int k = 0; k <= Math.min(data.length, SPLIT_BYTES_MAX); k++) {
      System.arraycopy(data, 0, within, BEFORE, k);
      System.arraycopy(AFTER, 0, within, BEFORE + k, AFTER.length);
      splitLaw(k, head.parse(within, BEFORE, BEFORE + k, requestWasHead), n);
    }
  }

  private static void sameResponse(ResponseHead head, byte[] in, int n, NaiveResponse naive) {
    assertThat(head.minor()).isEqualTo(naive.minor);
    assertThat(head.status()).isEqualTo(naive.status);
    assertThat(head.contentLength()).isEqualTo(naive.contentLength);
    assertThat(head.close()).isEqualTo(naive.close);
    assertThat(head.upgraded()).isEqualTo(naive.status == 101);
    String received = Http.text(in, 0, n);
    for (int i = 0; i < 8; i++) {
      int clientMinor = i & 1;
      boolean close = (i & 2) != 0;
      boolean dechunk = (i & 4) != 0;
      byte[] out = new byte[head.writtenBound()];
      String written = Http.text(out, 0, head.write(out, 0, clientMinor, close, dechunk));
      written = Http.text(out, 0, written.length());
      assertThat(written).isEqualTo(naive.written(clientMinor, close, dechunk));
      if (head.unchanged(clientMinor, close, dechunk)) {
        assertThat(written).isEqualTo(received);
      }
    }
  }

  static void chunks(byte[] data) {
    NaiveChunks naive = new NaiveChunks(Http.text(data, 0, data.length));
    ChunkedBody body = new ChunkedBody();
    int end = body.scan(data, 0, data.length);
    if (data.length <= 4096) {
      assertThat(body.done()).isEqualTo(naive.done);
      assertThat(body.bad()).isEqualTo(naive.bad);
      assertThat(data(data)).isEqualTo(naive.data.toString());
    }
    if (body.done()) {
      assertThat(end).isEqualTo(naive.at);
    } else if (!body.bad()) {
      assertThat(end).isEqualTo(data.length);
    }
    for (int k = 0; k <= Math.min(data.length, SPLIT_BYTES_MAX); k++) {
      chunksSplit(data, k, body, end);
    }
    skipped(data, body, end);
  }

  private static String data(byte[] in) {
    StringBuilder data = new StringBuilder();
    ChunkedBody body = new ChunkedBody();
    int i = 0;
    while (i < in.length && !body.done() && !body.bad()) {
      i = body.next(in, i, in.length);
      data.append(Http.text(in, body.dataFrom(), body.dataTo()));
    }
    return data.toString();
  }

  private static void chunksSplit(byte[] data, int k, ChunkedBody whole, int end) {
    ChunkedBody parts = new ChunkedBody();
    parts.reset();
    int at = parts.scan(data, 0, k);
    if (!parts.done() && !parts.bad()) {
      assertThat(at).isEqualTo(k);
      at = parts.scan(data, k, data.length);
    }
    assertThat(parts.done()).isEqualTo(whole.done());
    assertThat(parts.bad()).isEqualTo(whole.bad());
    if (!whole.bad()) {
      assertThat(at).isEqualTo(end);
    }
  }

  /** Data that is not shown changes nothing. */
  private static void skipped(byte[] data, ChunkedBody whole, int end) {
    ChunkedBody body = new ChunkedBody();
    int i = 0;
    while (i < data.length && !body.done() && !body.bad()) {
      long left = body.dataLeft();
      if (left > 0) {
        int n = (int) Math.min(left, data.length - i);
        body.dataConsumed(n);
        i += n;
      } else {
        i = body.scan(data, i, i + 1);
      }
    }
    assertThat(body.done()).isEqualTo(whole.done());
    assertThat(body.bad()).isEqualTo(whole.bad());
    if (!whole.bad()) {
      assertThat(i).isEqualTo(end);
    }
  }
}
