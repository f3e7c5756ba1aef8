package io.steelyard.app.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers an upgrade with 101 and from then on gives back what it gets; a thread for each. */
final class EchoServer implements AutoCloseable {
  private static final int BACKLOG = 4096;
  private static final byte[] SWITCHED =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);

  private final ServerSocket listening =
      new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
  private final AtomicInteger open = new AtomicInteger();

  EchoServer() throws IOException {
    Thread.ofVirtual().start(this::accept);
  }

  String address() {
    return "127.0.0.1:" + listening.getLocalPort();
  }

  /** Tunnels that stand at this moment. */
  int open() {
    return open.get();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket socket = listening.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException _) {
        // Closed, or out of descriptors: whoever waits for this connection says so.
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = socket.getInputStream();
      OutputStream out = socket.getOutputStream();
      if (!skipHead(in)) {
        return;
      }
      out.write(SWITCHED);
      open.incrementAndGet();
      try {
        byte[] some = new byte[4 * 1024];
        for (int n = in.read(some); n > 0; n = in.read(some)) {
          out.write(some, 0, n);
        }
      } finally {
        open.decrementAndGet();
      }
    } catch (IOException _) {
      // The client's side sees it too.
    }
  }

  /** Reads up to the empty line; false when there is none. */
  private static boolean skipHead(InputStream in) throws IOException {
    int last4 = 0;
    while (last4 != ('\r' << 24 | '\n' << 16 | '\r' << 8 | '\n')) {
      int c = in.read();
      if (c < 0) {
        return false;
      }
      last4 = last4 << 8 | c;
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
