package io.steelyard.app.e2e;

import io.steelyard.app.e2e.HttpClient.Response;
import io.steelyard.app.e2e.HttpClient.Slice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keep-alive clients that ask on and on and hold every answer that is not exactly the expected one
 * against the balancer: another status, another byte, a connection that ends early, or any wait of
 * {@link #STALLED_NS} and more.
 */
final class Load implements AutoCloseable {
  private static final long STALLED_NS = TimeUnit.SECONDS.toNanos(20);
  private static final int FAILURES_TOLD = 20;
  private static final int TEXT_MAX = 200;

  private final int port;
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private final List<String> told = Collections.synchronizedList(new ArrayList<>());
  private final List<Thread> threads = new ArrayList<>();

  Load(int port) {
    this.port = port;
  }

  private interface Request {
    Response send(HttpClient client) throws IOException;
  }

  /** Clients that GET the same thing again and again, on a new connection now and then. */
  Load get(int clients, String path, byte[] expected) {
    return start(
        clients,
        "GET " + path,
        index ->
            client -> {
              Response response = client.get(path);
              if (response.status() != 200 || !Arrays.equals(response.body(), expected)) {
                throw new IOException(words(response));
              }
              return response;
            });
  }

  /** Clients that GET the same thing again and again, each time on a new connection. */
  Load brief(int clients, String path, byte[] expected) {
    return start(
        clients,
        "GET " + path,
        index ->
            client -> {
              try (HttpClient brief = new HttpClient(port)) {
                Response response = brief.get(path, "127.0.0.1");
                if (response.status() != 200 || !Arrays.equals(response.body(), expected)) {
                  throw new IOException(words(response));
                }
                return response;
              }
            });
  }

  private static String words(Response response) {
    byte[] body = response.body();
    String start = new String(body, 0, Math.min(body.length, TEXT_MAX), StandardCharsets.US_ASCII);
    return "status %d, %d B: %s".formatted(response.status(), body.length, start);
  }

  /** Clients that PUT, with a length and chunked by turns, each over its last. */
  Load put(int clients, String path, byte[] content) {
    return start(
        clients,
        "PUT " + path,
        index -> {
          SplittableRandom random = new SplittableRandom(index);
          Slice body = new Slice(content, 0, content.length);
          return client -> {
            String name = path + index;
            Response response =
                random.nextBoolean()
                    ? client.put(name, body)
                    : client.putChunked(name, body, random.split());
            if (response.status() != 201 && response.status() != 204) {
              throw new IOException("status " + response.status());
            }
            return response;
          };
        });
  }

  private interface Requests {
    Request ofClient(int index);
  }

  private Load start(int clients, String what, Requests work) {
    for (int i = 0; i < clients; i++) {
      Request request = work.ofClient(i);
      SplittableRandom random = new SplittableRandom(what.hashCode() + i);
      threads.add(Thread.ofVirtual().start(() -> repeat(what, request, random)));
    }
    return this;
  }

  private void repeat(String what, Request request, SplittableRandom random) {
    while (!stopping.get()) {
      try (HttpClient client = new HttpClient(port)) {
        boolean again = true;
        while (again && !stopping.get()) {
          long startNs = System.nanoTime();
          Response response = request.send(client);
          requests.incrementAndGet();
          if (System.nanoTime() - startNs > STALLED_NS) {
            failed(what, "took longer than " + STALLED_NS + " ns");
          }
          again = !response.closes() && random.nextInt(500) != 0;
        }
      } catch (IOException | RuntimeException e) {
        failed(what, e.toString());
      }
    }
  }

  private void failed(String what, String why) {
    if (failures.getAndIncrement() < FAILURES_TOLD) {
      told.add(Instant.now() + " " + what + ": " + why);
    }
  }

  long requests() {
    return requests.get();
  }

  long failures() {
    return failures.get();
  }

  /** The first of the failures. */
  List<String> told() {
    return List.copyOf(told);
  }

  /** Lets every client finish the request that it is in. */
  void stop() throws InterruptedException {
    stopping.set(true);
    for (Thread thread : threads) {
      thread.join(2 * TimeUnit.NANOSECONDS.toMillis(STALLED_NS));
    }
  }

  @Override
  public void close() {
    stopping.set(true);
    threads.forEach(Thread::interrupt);
  }
}
