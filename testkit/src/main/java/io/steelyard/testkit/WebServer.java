package io.steelyard.testkit;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntSupplier;

/** A web server that answers everything with the same text, until it is closed. */
public final class WebServer implements AutoCloseable {
  private static final int OK = 200;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private WebServer(InetSocketAddress at, byte[] body, IntSupplier status) {
    try {
      server = HttpServer.create(at, 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(status.getAsInt(), body.length == 0 ? -1 : body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  /** On a free port of the loopback; an empty text is no body. */
  public static WebServer answering(String text) {
    return answering(text, () -> OK);
  }

  /** The same, with a status that is asked for each time. */
  public static WebServer answering(String text, IntSupplier status) {
    return at(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), text, status);
  }

  /** At this address. */
  public static WebServer at(InetSocketAddress address, String text) {
    return at(address, text, () -> OK);
  }

  private static WebServer at(InetSocketAddress address, String text, IntSupplier status) {
    return new WebServer(address, text.getBytes(StandardCharsets.US_ASCII), status);
  }

  /** Where it listens. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** Where it listens, as a configuration has it: {@code 127.0.0.1:40001}. */
  public String address() {
    return server.getAddress().getAddress().getHostAddress() + ":" + port();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
