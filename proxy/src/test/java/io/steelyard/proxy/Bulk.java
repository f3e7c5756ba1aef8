package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** Long bodies whose every byte is known. */
final class Bulk {
  /** Its length is no multiple of any buffer's size, so that a lost or doubled buffer shows. */
  private static final byte[] PATTERN = new byte[1_000_003];

  static {
    new Random(42).nextBytes(PATTERN);
  }

  private Bulk() {}

  /** Ten seconds at most. */
  static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  static String text(int bytes) {
    return "0123456789abcde".repeat(bytes / 15 + 1).substring(0, bytes);
  }

  /** Writes bytes 0 to {@code total}. */
  static void send(Peer to, long total) throws IOException {
    for (long at = 0; at < total; ) {
      int n = (int) Math.min(PATTERN.length, total - at);
      to.send(n == PATTERN.length ? PATTERN : Arrays.copyOf(PATTERN, n));
      at += n;
    }
  }

  /** Reads bytes 0 to {@code total} and asserts that they are the ones. */
  static void expect(Peer from, long total) throws IOException {
    for (long at = 0; at < total; ) {
      int n = (int) Math.min(PATTERN.length, total - at);
      byte[] piece = from.bytes(n);
      assertThat(Arrays.mismatch(piece, n == PATTERN.length ? PATTERN : Arrays.copyOf(PATTERN, n)))
          .as("first wrong byte after " + at)
          .isEqualTo(-1);
      at += n;
    }
  }

  /** Writes and reads them at once: neither side may wait for the other. */
  static void bothWays(Peer with, long total) throws Exception {
    FutureTask<Void> sent =
        aside(() -> {
          send(with, total);
          return null;
        });
    expect(with, total);
    sent.get(20, TimeUnit.SECONDS);
  }

  /** The same bytes as chunks of this size, with the last chunk. */
  static void sendChunked(Peer to, long total, int chunk) throws IOException {
    for (long at = 0; at < total; ) {
      int n = (int) Math.min(chunk, total - at);
      int from = (int) (at % PATTERN.length);
      byte[] head = (Integer.toHexString(n) + "\r\n").getBytes(StandardCharsets.US_ASCII);
      byte[] all = Arrays.copyOf(head, head.length + n + 2);
      for (int i = 0; i < n; i++) {
        all[head.length + i] = PATTERN[(from + i) % PATTERN.length];
      }
      all[head.length + n] = '\r';
      all[head.length + n + 1] = '\n';
      to.send(all);
      at += n;
    }
    to.send("0\r\n\r\n");
  }

  static void expectChunked(Peer from, long total, int chunk) throws IOException {
    expectChunked(from, total, chunk, () -> {});
  }

  /** With something to do before each chunk. */
  static void expectChunked(Peer from, long total, int chunk, Runnable before) throws IOException {
    for (long at = 0; at < total; ) {
      int n = (int) Math.min(chunk, total - at);
      int begin = (int) (at % PATTERN.length);
      before.run();
      String head = Integer.toHexString(n) + "\r\n";
      assertThat(from.same(head)).isEqualTo(head);
      byte[] piece = from.bytes(n);
      for (int i = 0; i < n; i++) {
        if (piece[i] != PATTERN[(begin + i) % PATTERN.length]) {
          throw new AssertionError("wrong byte at " + (at + i));
        }
      }
      assertThat(from.text(2)).isEqualTo("\r\n");
      at += n;
    }
    assertThat(from.text(5)).isEqualTo("0\r\n\r\n");
  }

  /** Runs it on a thread of its own; ask the task for its outcome. */
  static <T> FutureTask<T> aside(Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread.ofVirtual().start(task);
    return task;
  }
}
