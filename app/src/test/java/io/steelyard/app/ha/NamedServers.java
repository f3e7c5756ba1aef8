package io.steelyard.app.ha;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/**
 * Servers behind the balancers, one at each port given: each answers with its name, s1, s2 ..., and
 * with the address that asked, which is the balancer's.
 */
public final class NamedServers {
  private NamedServers() {}

  /** Serves until it is killed. */
  public static void main(String[] ports) throws IOException, InterruptedException {
    for (int i = 0; i < ports.length; i++) {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(Integer.parseInt(ports[i])), 1024);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      String name = "s" + (i + 1);
      server.createContext("/", exchange -> answer(exchange, name));
      server.start();
    }
    System.out.println("serving");
    new CountDownLatch(1).await();
  }

  private static void answer(HttpExchange exchange, String name) throws IOException {
    String from = exchange.getRemoteAddress().getAddress().getHostAddress();
    byte[] body = (name + " " + from).getBytes(StandardCharsets.US_ASCII);
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}
