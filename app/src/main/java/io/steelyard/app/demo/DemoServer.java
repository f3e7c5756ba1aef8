package io.steelyard.app.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A web server on the loopback that answers everything with its own name. */
public final class DemoServer implements AutoCloseable {
  private static final int BACKLOG = 1024;

  private final String name;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private DemoServer(String name, HttpServer server) {
    this.name = name;
    this.server = server;
  }

  /** Serves until closed; port 0 takes a free one. */
  public static DemoServer start(String name, int port) throws IOException {
    // Without it small answers wait for the client's delayed acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
    DemoServer demo = new DemoServer(name, HttpServer.create(address, BACKLOG));
    demo.server.setExecutor(demo.threads);
    demo.server.createContext("/", demo::answer);
    demo.server.start();
    return demo;
  }

  /** The port it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().transferTo(java.io.OutputStream.nullOutputStream());
      byte[] body =
          "Hello from server %s (port %d, pid %d)\n"
              .formatted(name, port(), ProcessHandle.current().pid())
              .getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
      boolean head = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(200, head ? -1 : body.length);
      if (!head) {
        exchange.getResponseBody().write(body);
      }
    }
  }
}
