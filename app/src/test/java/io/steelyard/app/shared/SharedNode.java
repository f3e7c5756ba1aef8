package io.steelyard.app.shared;

import com.sun.net.httpserver.HttpServer;
import io.steelyard.app.launcher.Launched;
import io.steelyard.app.launcher.Web;
import io.steelyard.config.Address;
import io.steelyard.config.FromConfig;
import io.steelyard.store.Stores;
import io.steelyard.store.tree.KeyStore;
import io.steelyard.testkit.Eventually;
import io.steelyard.testkit.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A node whose listeners and pools stand in a real store of one member, below {@code /site}. */
abstract class SharedNode {
  static final String SERVERS = "pools/app/servers/";

  private final FromConfig.Kind kind;

  @TempDir Path dir;

  private final List<HttpServer> servers = new ArrayList<>();
  private final int port = FreePorts.any();
  private final int adminPort = FreePorts.any();
  KeyStore store;
  Path file;

  SharedNode(FromConfig.Kind kind) {
    this.kind = kind;
  }

  /** Sets the store up; where it is, as {@code host:port}. */
  abstract String begin(Path storeDir) throws IOException;

  /** Ends it. */
  abstract void end();

  @BeforeEach
  final void start() throws IOException {
    String[] host = begin(dir.resolve("store")).split(":", 2);
    FromConfig from =
        new FromConfig.Store(
            kind,
            false,
            List.of(new Address.Tcp(host[0], Integer.parseInt(host[1]))),
            "",
            Optional.empty(),
            List.of(),
            "/site/");
    store = Stores.open(from);
    file =
        Files.writeString(
            dir.resolve("own.yaml"),
            "from: %s\nadmin: {address: \"127.0.0.1:%d\"}\n".formatted(from, adminPort));
  }

  @AfterEach
  final void stop() {
    store.close();
    end();
    servers.forEach(server -> server.stop(0));
  }

  /** One that answers with its name. */
  final String server(String name) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] body = name.getBytes(StandardCharsets.US_ASCII);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    servers.add(server);
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** On a crowded machine a store may miss a time-out. */
  final void put(String key, String value) {
    Eventually.holds(
        key + " is written",
        () ->
            store.write(key, value, store.read().version(key))
                || store.read().value(key).equals(Optional.of(value)));
  }

  final void remove(String key) {
    Eventually.holds(
        key + " is removed",
        () -> {
          long version = store.read().version(key);
          return version == 0 || store.remove(key, version);
        });
  }

  final String site(String pool) {
    return "listeners: {web: {address: '127.0.0.1:%d', pool: app}}\npools: {app: %s}\n"
        .formatted(port, pool);
  }

  final Launched run() throws IOException {
    Launched node = Launched.with("run", "--threads", "1", file.toString());
    node.awaitOutput("admin API on");
    return node;
  }

  final String get() {
    return Web.get("http://127.0.0.1:" + port + "/");
  }

  final String status() {
    return Web.get("http://127.0.0.1:" + adminPort + "/v1/status");
  }
}
