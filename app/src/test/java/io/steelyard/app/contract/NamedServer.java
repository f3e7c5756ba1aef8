package io.steelyard.app.contract;

import io.steelyard.testkit.FreePorts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A server that answers every request with its name, and with what the client calls itself. */
final class NamedServer implements AutoCloseable {
  private final String name;
  private final ServerSocket listening;
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private volatile boolean dead;

  NamedServer(String name) throws IOException {
    this.name = name;
    // No port of the kernel's choice: once this server is dead, nobody may be found at its address.
    this.listening = new ServerSocket(FreePorts.any(), 1024, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  String name() {
    return name;
  }

  int port() {
    return listening.getLocalPort();
  }

  private void accept() {
    while (!dead) {
      try {
        Socket socket = listening.accept();
        connections.add(socket);
        Thread.ofVirtual().start(() -> answer(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void answer(Socket socket) {
    String user = "";
    try (socket;
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (dead) {
          return;
        }
        if (line.regionMatches(true, 0, Session.USER, 0, Session.USER.length())) {
          user = line.substring(Session.USER.length()).strip();
        }
        if (line.isEmpty()) {
          socket.getOutputStream().write(response(user).getBytes(StandardCharsets.US_ASCII));
        }
      }
    } catch (IOException e) {
      // Its balancer has gone, or this server has died.
    } finally {
      connections.remove(socket);
    }
  }

  private String response(String user) {
    return "HTTP/1.1 200 OK\r\n%s %s\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(Session.USER, user, name.length(), name);
  }

  /** Dies: nobody listens any more, and connections break. */
  @Override
  public void close() {
    dead = true;
    try {
      listening.close();
      for (Socket socket : connections) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
