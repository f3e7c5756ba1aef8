package io.steelyard.app.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Finds ports of 127.0.0.1 that nobody listens on at this moment. */
public final class FreePorts {
  private static final int HIGHEST = 65535;

  private FreePorts() {}

  /** The first {@code count} free ports from {@code from} on, ascending. */
  public static List<Integer> from(int from, int count) throws IOException {
    List<Integer> free = new ArrayList<>();
    for (int port = from; free.size() < count; port++) {
      if (port > HIGHEST) {
        throw new IOException("no free ports from " + from + " on");
      }
      if (isFree(port)) {
        free.add(port);
      }
    }
    return free;
  }

  /** {@code count} free ports, all different. */
  public static List<Integer> any(int count) throws IOException {
    List<ServerSocket> held = new ArrayList<>();
    try {
      while (held.size() < count) {
        held.add(listen(0));
      }
      return held.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : held) {
        socket.close();
      }
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = listen(port)) {
      return socket.isBound();
    } catch (IOException taken) {
      return false;
    }
  }

  private static ServerSocket listen(int port) throws IOException {
    return new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"));
  }
}
