package io.steelyard.control.check;

import io.steelyard.config.HealthConfig.Check;
import io.steelyard.control.link.Disagreement;
import io.steelyard.control.link.Link;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * {@code grpc.health.v1.Health/Check} (grpc/proto/grpc/health/v1/health.proto) as one unary call
 * over HTTP/2 without TLS: SERVING is the pass. The response's header fields are not looked at: the
 * message says it all.
 */
final class GrpcCheck {
  private static final String METHOD = "/grpc.health.v1.Health/Check";

  /** A message's compression flag and length come before it. */
  private static final int PREFIX_BYTES = 5;

  private GrpcCheck() {}

  static Answer ask(Link link, Check.Grpc check, String host) throws IOException {
    HttpTwoCall call = new HttpTwoCall(link.in(), link.out());
    call.send(METHOD, host, message(check.service()));
    return judge(call.answer(GrpcCheck::isWhole));
  }

  /** HealthCheckRequest {string service = 1}; without the field it is the server as a whole. */
  static byte[] message(String service) {
    byte[] name = service.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    if (name.length > 0) {
      request.write(1 << 3 | 2);
      varint(request, name.length);
      request.writeBytes(name);
    }
    byte[] body = request.toByteArray();
    ByteArrayOutputStream framed = new ByteArrayOutputStream();
    framed.writeBytes(new byte[] {0, 0, 0, (byte) (body.length >> 8), (byte) body.length});
    framed.writeBytes(body);
    return framed.toByteArray();
  }

  private static void varint(ByteArrayOutputStream out, int value) {
    int rest = value;
    while (rest > 0x7f) {
      out.write((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }

  private static boolean isWhole(byte[] data) {
    return data.length >= PREFIX_BYTES && data.length >= PREFIX_BYTES + length(data);
  }

  private static long length(byte[] data) {
    return (data[1] & 0xffL) << 24
        | (data[2] & 0xff) << 16
        | (data[3] & 0xff) << 8
        | (data[4] & 0xff);
  }

  private static Answer judge(byte[] data) throws Disagreement {
    if (data.length == 0) {
      return Answer.failed("gave no health: it may not know the service");
    }
    if (!isWhole(data) || data[0] != 0) {
      throw new Disagreement("answered something that is not gRPC");
    }
    return switch (status(data, PREFIX_BYTES, PREFIX_BYTES + (int) length(data))) {
      case 1 -> Answer.passed("SERVING");
      case 2 -> Answer.failed("NOT_SERVING");
      case 3 -> Answer.failed("SERVICE_UNKNOWN");
      default -> Answer.failed("UNKNOWN");
    };
  }

  /** HealthCheckResponse {ServingStatus status = 1}; any other field makes the message another. */
  private static int status(byte[] data, int from, int to) throws Disagreement {
    if (from == to) {
      return 0;
    }
    if (to - from != 2 || data[from] != 1 << 3 || data[from + 1] < 0) {
      throw new Disagreement("answered something that is no health");
    }
    return data[from + 1];
  }
}
