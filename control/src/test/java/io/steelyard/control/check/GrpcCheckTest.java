package io.steelyard.control.check;

import static io.steelyard.control.check.Checks.check;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.steelyard.config.HealthConfig.Check.Grpc;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class GrpcCheckTest {
  private static final byte[] SETTINGS = frame(4, 0, 0);
  private static final byte[] SERVING = {0, 0, 0, 0, 2, 8, 1};

  @Test
  void a_real_server_is_asked_for_its_health() throws Exception {
    HealthStatusManager health = new HealthStatusManager();
    health.setStatus("", ServingStatus.SERVING);
    health.setStatus("shop.Orders", ServingStatus.NOT_SERVING);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Server server =
          NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
              .executor(threads)
              .addService(health.getHealthService())
              .build()
              .start();
      try {
        InetSocketAddress address =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort());
        CheckResult whole = check(address, new Grpc(""));
        assertThat(whole.text()).isEqualTo("SERVING");
        assertThat(whole.passed()).isTrue();
        CheckResult orders = check(address, new Grpc("shop.Orders"));
        assertThat(orders.text()).isEqualTo("NOT_SERVING");
        assertThat(orders.passed()).isFalse();
        health.setStatus("shop.Orders", ServingStatus.SERVING);
        assertThat(check(address, new Grpc("shop.Orders")).passed()).isTrue();
        CheckResult unknown = check(address, new Grpc("a.".repeat(100) + "Unknown"));
        assertThat(unknown.passed()).isFalse();
        assertThat(unknown.text()).contains("may not know the service");
      } finally {
        server.shutdownNow().awaitTermination();
      }
    }
  }

  @Test
  void a_server_of_http_1_is_told_apart() throws Exception {
    try (ScriptedPeer peer =
        ScriptedPeer.saying("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")) {
      assertThat(check(peer.address(), new Grpc("")).text())
          .isEqualTo("answered something that is not HTTP/2");
    }
  }

  @Test
  void pings_and_settings_are_answered_and_padding_is_taken_off() throws Exception {
    byte[] padded = {2, 0, 0, 0, 0, 2, 8, 1, 0, 0};
    ByteArrayOutputStream acknowledged = new ByteArrayOutputStream();
    try (ScriptedPeer peer =
        ScriptedPeer.doing((in, out) -> {
          out.write(SETTINGS);
          out.write(frame(6, 0, 0, new byte[] {1, 2, 3, 4, 5, 6, 7, 8}));
          // Preface, settings, header fields, data; then both acknowledgements.
          in.readNBytes(24 + 9 + 12);
          skipFrame(in.readNBytes(9), in);
          skipFrame(in.readNBytes(9), in);
          acknowledged.writeBytes(in.readNBytes(9 + 9 + 8));
          out.write(frame(1, 4, 1, new byte[] {(byte) 0x88}));
          out.write(frame(0, 8, 1, padded));
          in.read();
        })) {
      assertThat(check(peer.address(), new Grpc("")).text()).isEqualTo("SERVING");
      assertThat(acknowledged.toByteArray())
          .containsExactly(
              0, 0, 0, 4, 1, 0, 0, 0, 0, 0, 0, 8, 6, 1, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8);
    }
  }

  @Test
  void whatever_is_no_health_fails() throws Exception {
    assertThat(answer(frame(0, 1, 1, new byte[] {1, 0, 0, 0, 2, 8, 1}))).contains("not gRPC");
    assertThat(answer(frame(0, 1, 1, "<html>".getBytes(StandardCharsets.US_ASCII))))
        .contains("not gRPC");
    assertThat(answer(frame(0, 1, 1, new byte[] {0, 0, 0, 0, 2, 10, 0}))).contains("no health");
    assertThat(answer(frame(0, 1, 1, new byte[] {0, 0, 0, 0, 0}))).isEqualTo("UNKNOWN");
    assertThat(answer(frame(0, 1, 1, new byte[] {0, 0, 0, 0, 2, 8, 3})))
        .isEqualTo("SERVICE_UNKNOWN");
    assertThat(answer(frame(1, 5, 1, new byte[] {(byte) 0x88}))).contains("gave no health");
    assertThat(answer(frame(3, 0, 1, new byte[] {0, 0, 0, 7}))).isEqualTo("reset the call");
    assertThat(answer(frame(7, 0, 0, new byte[8]))).isEqualTo("went away");
    assertThat(answer(frame(5, 4, 1, new byte[8]))).contains("not HTTP/2");
    assertThat(answer(frame(0, 8, 1, new byte[] {9, 0}))).contains("not HTTP/2");
    assertThat(answer(new byte[] {0, 0x40, 1, 0, 0, 0, 0, 0, 1})).contains("not HTTP/2");
    assertThat(answer(frame(0, 0, 3, SERVING))).contains("closed without an answer");
  }

  @Test
  void an_endless_server_is_given_up() throws Exception {
    try (ScriptedPeer peer =
        ScriptedPeer.doing((in, out) -> {
          out.write(SETTINGS);
          while (true) {
            out.write(frame(8, 0, 0, new byte[4]));
          }
        })) {
      assertThat(check(peer.address(), new Grpc("")).text()).contains("more than 1000 frames");
    }
  }

  @Test
  void a_silent_server_fails_in_time() throws Exception {
    try (ScriptedPeer peer = ScriptedPeer.saying("")) {
      CheckResult result = check(peer.address(), new Grpc(""), Duration.ofMillis(50));
      assertThat(result.text()).isEqualTo("answer timed out after 50ms");
    }
  }

  private static String answer(byte[] frame) throws IOException {
    try (ScriptedPeer peer =
        ScriptedPeer.doing((in, out) -> {
          in.readNBytes(24 + 9 + 12);
          skipFrame(in.readNBytes(9), in);
          skipFrame(in.readNBytes(9), in);
          out.write(SETTINGS);
          out.write(frame);
          in.readNBytes(9);
        })) {
      return check(peer.address(), new Grpc("")).text();
    }
  }

  private static void skipFrame(byte[] head, InputStream in) throws IOException {
    in.readNBytes((head[0] & 0xff) << 16 | (head[1] & 0xff) << 8 | (head[2] & 0xff));
  }

  private static byte[] frame(int type, int flags, int stream, byte... payload) {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.writeBytes(
        new byte[] {
          0, (byte) (payload.length >> 8), (byte) payload.length, (byte) type, (byte) flags
        });
    frame.writeBytes(new byte[] {0, 0, 0, (byte) stream});
    frame.writeBytes(payload);
    return frame.toByteArray();
  }
}
