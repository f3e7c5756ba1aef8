package io.steelyard.app.node;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Answers every request that has no body with two letters, until it is closed. */
final class RehearsalServer implements AutoCloseable {
  private static final int BACKLOG = 128;
  private static final byte[] ANSWER =
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII);

  private final ServerSocket socket;

  private RehearsalServer(ServerSocket socket) {
    this.socket = socket;
  }

  static RehearsalServer start(InetAddress on) throws IOException {
    RehearsalServer server = new RehearsalServer(new ServerSocket(0, BACKLOG, on));
    Thread.ofVirtual().name("rehearsal server").start(server::accept);
    return server;
  }

  InetSocketAddress address() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = socket.accept();
        Thread.ofVirtual().start(() -> serve(client));
      }
    } catch (IOException _) {
      // Closed: the rehearsal is over.
    }
  }

  private static void serve(Socket client) {
    try (client) {
      client.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(client.getInputStream());
      while (readHead(in)) {
        client.getOutputStream().write(ANSWER);
      }
    } catch (IOException _) {
      // The other side has closed it.
    }
  }

  /** Whether there was one more. */
  private static boolean readHead(InputStream in) throws IOException {
    int ends = 0;
    while (ends < 2) {
      int c = in.read();
      if (c < 0) {
        return false;
      }
      ends = c == '\n' ? ends + 1 : c == '\r' ? ends : 0;
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
