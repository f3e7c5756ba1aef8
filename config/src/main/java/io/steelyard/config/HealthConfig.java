package io.steelyard.config;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How the servers of a pool are checked.
 *
 * @param endpoint where
 * @param interval between two checks of a server
 * @param fastInterval the same while a verdict is changing; at most {@code interval}
 * @param timeout of a whole check
 * @param rise checks passed in a row until a server is up
 * @param fall checks failed in a row until it is down
 */
public record HealthConfig(
    Check check,
    Endpoint endpoint,
    Duration interval,
    Duration fastInterval,
    Duration timeout,
    int rise,
    int fall) {
  public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(2);
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(1);
  public static final int DEFAULT_RISE = 2;
  public static final int DEFAULT_FALL = 3;

  /** The shortest interval. */
  public static final Duration INTERVAL_MIN = Duration.ofMillis(10);

  /** The check with everything else at its default. */
  public static HealthConfig of(Check check) {
    return new HealthConfig(
        check,
        new Endpoint.Same(),
        DEFAULT_INTERVAL,
        fastIntervalDefault(DEFAULT_INTERVAL),
        DEFAULT_TIMEOUT,
        DEFAULT_RISE,
        DEFAULT_FALL);
  }

  /** What {@code fast-interval} is when nothing is said: a quarter. */
  public static Duration fastIntervalDefault(Duration interval) {
    Duration quarter = interval.dividedBy(4);
    return quarter.compareTo(INTERVAL_MIN) < 0 ? INTERVAL_MIN : quarter;
  }

  /** What is asked of a server. */
  public sealed interface Check {
    /** A connection can be opened. */
    record Tcp() implements Check {}

    /**
     * A TLS handshake succeeds.
     *
     * @param serverName what the certificate has to be for, sent as SNI (RFC 6066 section 3); empty
     *     for the host of the server's address
     * @param verify whether the certificate has to be valid; otherwise any will do
     */
    record Tls(String serverName, boolean verify) implements Check {}

    /**
     * A request over HTTP/1.1 is answered as expected.
     *
     * @param path with its query; starts with '/'
     * @param method {@code GET}, {@code HEAD}, {@code OPTIONS} or {@code POST}; without a body
     * @param host of the Host header field; empty for the server's address
     * @param headers further header fields, in their order; at most {@link #HEADERS_MAX}, each name
     *     once, none that frames the message
     * @param status that are good
     * @param body what the body has to contain, if anything
     */
    record Http(
        String path,
        String method,
        String host,
        List<Header> headers,
        StatusSet status,
        Optional<BodyPattern> body)
        implements Check {
      public static final int HEADERS_MAX = 32;

      public Http {
        headers = List.copyOf(headers);
      }

      /** GET {@code path} is answered 200 to 399. */
      public static Http get(String path) {
        return new Http(path, "GET", "", List.of(), StatusSet.DEFAULT, Optional.empty());
      }

      /** A header field. */
      public record Header(String name, String value) {}
    }

    /**
     * {@code grpc.health.v1.Health/Check} answers SERVING, over HTTP/2 without TLS.
     *
     * @param service that is asked for; empty for the server as a whole
     */
    record Grpc(String service) implements Check {}

    /**
     * A datagram is answered by one (UDP, RFC 768).
     *
     * @param send what is sent, 1 to {@link Script#TEXT_BYTES_MAX} bytes
     * @param expect what the answer has to contain, as long at most; empty: whatever
     */
    record Udp(String send, String expect) implements Check {
      /** What is sent, as it is on the wire; a copy. */
      public byte[] sent() {
        return send.getBytes(StandardCharsets.ISO_8859_1);
      }

      /** What the answer has to contain; a copy. */
      public byte[] expected() {
        return expect.getBytes(StandardCharsets.ISO_8859_1);
      }
    }

    /**
     * A conversation goes as written.
     *
     * @param steps one after the other, 1 to {@link #STEPS_MAX}
     */
    record Script(List<Step> steps) implements Check {
      public static final int STEPS_MAX = 16;

      /** Bytes of one step's text. */
      public static final int TEXT_BYTES_MAX = 1024;

      public Script {
        steps = List.copyOf(steps);
      }

      /** One step; each char of {@code text} is one byte, 0 to 255. */
      public sealed interface Step {
        String text();

        /** The text as it is on the wire; a copy. */
        default byte[] bytes() {
          return text().getBytes(StandardCharsets.ISO_8859_1);
        }
      }

      /** What the server sends has to contain this; what came before its end is used up. */
      public record Expect(String text) implements Step {}

      /** Is sent to the server. */
      public record Send(String text) implements Step {}
    }
  }
}
