package io.steelyard.app.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.app.e2e.HttpClient.Response;
import io.steelyard.app.e2e.HttpClient.Slice;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Large bodies go through to nginx as they are. */
final class UploadLauncherTest {
  private static final int CLIENTS = Scale.of(20, 100);
  private static final int UPLOADS = Scale.of(60, 1000);
  private static final int TIMEOUT_S = Scale.of(60, 600);
  private static final int BYTES = 10 * 1024 * 1024;
  private static final int SHIFTS = 1 << 20;

  /** Every upload is another part of it. */
  private static final byte[] CONTENT = new byte[BYTES + SHIFTS];

  static {
    new SplittableRandom(1).nextBytes(CONTENT);
  }

  private ShortLived files;
  private List<Nginx> servers;

  @BeforeEach
  void start() throws IOException {
    files = new ShortLived();
    servers =
        List.of(
            Nginx.in(files.path().resolve("a")),
            Nginx.in(files.path().resolve("b")),
            Nginx.in(files.path().resolve("c")));
  }

  @AfterEach
  void stop() throws Exception {
    for (Nginx server : servers) {
      server.close();
    }
    files.close();
  }

  @ParameterizedTest
  @CsvSource({"epoll,false", "epoll,true", "io_uring,false", "io_uring,true"})
  void uploads_arrive_byte_for_byte(String transport, boolean chunked) throws Exception {
    long startNs = System.nanoTime();
    try (Balancer balancer = Balancer.run(files.path(), transport, this::yaml)) {
      balancer.awaitQuiet(Long.MAX_VALUE);
      long descriptors = balancer.descriptors();
      long residentKib = balancer.residentKib();
      AtomicInteger next = new AtomicInteger();
      Clients.run(CLIENTS, TIMEOUT_S, client -> upload(balancer.port(), next, chunked));
      long fullKib = balancer.residentKib();
      // Descriptors that come with the first use of something, once and for all.
      balancer.awaitQuiet(descriptors + 8);
      System.out.printf(
          "e2e uploads: %s, chunked %b, %d x %d MiB over %d connections in %.1f s, all equal;"
              + " RSS %d -> %d KiB, descriptors %d -> %d, buffers in use 0%n",
          transport,
          chunked,
          UPLOADS,
          BYTES >> 20,
          CLIENTS,
          (System.nanoTime() - startNs) / 1e9,
          residentKib,
          fullKib,
          descriptors,
          balancer.descriptors());
    }
  }

  private String yaml(int port) {
    return """
    listeners: {web: {address: "127.0.0.1:%d", access-log: none, routes: [{pool: app}]}}
    pools:
      app:
        health: {tcp: true, interval: 500ms}
        timeouts: {idle: 1s}
        servers: ["%s", "%s", "%s"]
    """
        .formatted(
            port, servers.get(0).address(), servers.get(1).address(), servers.get(2).address());
  }

  private void upload(int port, AtomicInteger next, boolean chunked) throws IOException {
    try (HttpClient client = new HttpClient(port)) {
      for (int i = next.getAndIncrement(); i < UPLOADS; i = next.getAndIncrement()) {
        String name = "file-" + i;
        Slice content = new Slice(CONTENT, (int) (i * 7919L % SHIFTS), BYTES);
        Response response =
            chunked
                ? client.putChunked("/up/" + name, content, new SplittableRandom(i))
                : client.put("/up/" + name, content);
        assertThat(response.status()).as(name).isEqualTo(201);
        compare(name, content);
      }
    }
  }

  private void compare(String name, Slice content) throws IOException {
    List<Path> found =
        servers.stream().map(server -> server.uploaded(name)).filter(Files::exists).toList();
    assertThat(found).as(name).hasSize(1);
    assertThat(Files.size(found.getFirst())).as(name).isEqualTo(content.length());
    byte[] part = new byte[64 * 1024];
    int at = content.offset();
    try (InputStream file = Files.newInputStream(found.getFirst())) {
      for (int n = file.readNBytes(part, 0, part.length);
          n > 0;
          n = file.readNBytes(part, 0, part.length)) {
        int differs = Arrays.mismatch(part, 0, n, content.bytes(), at, at + n);
        assertThat(differs).as(name + " from byte " + (at - content.offset())).isEqualTo(-1);
        at += n;
      }
    }
    Files.delete(found.getFirst());
  }
}
