package io.steelyard.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * Ports for programs that are started with one. They lie below the range that the kernel picks from
 * for outgoing connections and for port 0 (Linux' default, 32768 to 60999): so nothing takes one
 * between the moment it is given out and the moment it is listened on, and no port is given out
 * twice by one process. Any thread.
 */
public final class FreePorts {
  private static final int LOWEST = 10_000;
  private static final int HIGHEST = 32_000;

  // Starts anywhere, so that processes side by side seldom try the same ones.
  private static int next = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);

  private FreePorts() {}

  /** A port that nobody listens on and that was not given out before. */
  public static synchronized int any() {
    return withSecond(0);
  }

  /** {@code count} of them. */
  public static List<Integer> many(int count) {
    return IntStream.range(0, count).mapToObj(_ -> any()).toList();
  }

  /**
   * A port whose neighbour {@code further} ports up is free as well, as Redis Cluster needs it for
   * its bus; the same holds for it.
   *
   * @param further how far up, 0 to 20,000
   */
  public static synchronized int withSecond(int further) {
    for (int tried = LOWEST; tried < HIGHEST; tried++) {
      int port = next;
      next = next + 1 < HIGHEST ? next + 1 : LOWEST;
      if (port + further < HIGHEST && isFree(port) && isFree(port + further)) {
        return port;
      }
    }
    throw new UncheckedIOException(new IOException("no free port below " + HIGHEST));
  }

  /** Tries all addresses, both of IPv4 and of IPv6: a listener on any of them counts. */
  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port)) {
      return socket.isBound();
    } catch (IOException taken) {
      return false;
    }
  }
}
