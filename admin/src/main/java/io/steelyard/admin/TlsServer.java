package io.steelyard.admin;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.Supplier;

/** The JDK's HTTPS server; a class of its own, so that a node without TLS loads nothing of it. */
final class TlsServer {
  private TlsServer() {}

  /** Bound; each new connection is encrypted as {@code now} says then. */
  static HttpServer create(InetSocketAddress address, int backlog, Supplier<Encryption> now)
      throws IOException {
    HttpsServer server = HttpsServer.create(address, backlog);
    server.setHttpsConfigurator(
        new HttpsConfigurator(CurrentContext.of(() -> now.get().context())) {
          @Override
          public void configure(HttpsParameters parameters) {
            parameters.setSSLParameters(now.get().parameters());
          }
        });
    return server;
  }
}
