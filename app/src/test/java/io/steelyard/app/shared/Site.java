package io.steelyard.app.shared;

import io.steelyard.app.cli.CommandLines;
import io.steelyard.app.launcher.Launched;
import io.steelyard.app.launcher.Web;
import io.steelyard.config.Address;
import io.steelyard.config.ClientTls;
import io.steelyard.config.FromConfig;
import io.steelyard.store.Stores;
import io.steelyard.store.tree.KeyStore;
import io.steelyard.testkit.Etcd;
import io.steelyard.testkit.Eventually;
import io.steelyard.testkit.FreePorts;
import io.steelyard.testkit.WebServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Several nodes on one real etcd, and servers of theirs. */
public final class Site implements AutoCloseable {
  private final Path dir;
  private final Etcd etcd;
  private final KeyStore store;
  private final List<WebServer> servers = new ArrayList<>();
  private final List<Launched> nodes = new ArrayList<>();
  private final List<Integer> admins = new ArrayList<>();
  private final int port = FreePorts.any();

  public Site(Path dir) throws IOException {
    this.dir = dir;
    this.etcd = Etcd.start(dir.resolve("etcd"), 1);
    String[] host = etcd.endpoints().split(":", 2);
    this.store =
        Stores.open(
            new FromConfig.Store(
                FromConfig.Kind.ETCD,
                false,
                List.of(new Address.Tcp(host[0], Integer.parseInt(host[1]))),
                "",
                Optional.empty(),
                ClientTls.DEFAULT,
                "/site/"));
  }

  public Etcd etcd() {
    return etcd;
  }

  public KeyStore store() {
    return store;
  }

  /**
   * A server that answers with its name and a status.
   *
   * @param status of its answers
   */
  public String server(String name, AtomicInteger status) {
    WebServer server = WebServer.answering(name, status::get);
    servers.add(server);
    return server.address();
  }

  public String server(String name) {
    return server(name, new AtomicInteger(200));
  }

  /** The document of a site of one pool; the name is each node's own address. */
  public String document(String pool) {
    return "listeners: {web: {address: 'node.test:%d', pool: app}}\npools: {app: %s}\n"
        .formatted(port, pool);
  }

  /** Where a node listens. */
  public String url(int node) {
    return "http://127.0.0.%d:%d/".formatted(node, port);
  }

  /** Where all of them listen, each at its own address. */
  public int port() {
    return port;
  }

  /** What a node answers. */
  public String get(int node) {
    return get(node, "");
  }

  /** What a node answers below its root. */
  public String get(int node, String path) {
    return Web.get(url(node) + path);
  }

  /** Writes a key whatever stands there; on a crowded machine etcd may miss a time-out. */
  public void put(String key, String value) {
    Eventually.holds(
        key + " is written",
        () ->
            store.write(key, value, store.read().version(key))
                || store.read().value(key).equals(Optional.of(value)));
  }

  /** Starts nodes lb1, lb2, ... with addresses of their own: 127.0.0.1, 127.0.0.2, ... */
  public void start(int count) throws IOException {
    start(count, _ -> "");
  }

  /** The same with more in the section {@code cluster} of each: {@code ", key: value"}. */
  public void start(int count, IntFunction<String> cluster) throws IOException {
    for (int i = 1; i <= count; i++) {
      int admin = FreePorts.any();
      Path file =
          Files.writeString(
              dir.resolve("lb" + i + ".yaml"),
              "from: etcd://%s/site\nadmin: {address: \"127.0.0.1:%d\"}\ncluster: {node: lb%d%s}\n"
                  .formatted(etcd.endpoints(), admin, i, cluster.apply(i)));
      Path hosts =
          Files.writeString(dir.resolve("hosts" + i), "127.0.0.%d node.test\n".formatted(i));
      Launched node =
          Launched.with(
              Map.of("STEELYARD_JAVA_OPTS", "-Djdk.net.hosts.file=" + hosts),
              "run",
              "--threads",
              "1",
              file.toString());
      nodes.add(node);
      admins.add(admin);
      node.awaitOutput("admin API on");
    }
  }

  public Launched node(int number) {
    return nodes.get(number - 1);
  }

  /** What a command says that asks a node, its exit code before it. */
  public String command(int node, String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.add("--admin");
    all.add("http://127.0.0.1:" + admins.get(node - 1));
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
    int code = CommandLines.execute(out, out, all.toArray(String[]::new));
    return code + " " + said.toString(StandardCharsets.UTF_8);
  }

  /** What a node says of all of them. */
  public String cluster(int node) {
    return Web.get("http://127.0.0.1:" + admins.get(node - 1) + "/v1/cluster");
  }

  public String status(int node) {
    return Web.get("http://127.0.0.1:" + admins.get(node - 1) + "/v1/status");
  }

  /** Whether a node has heard from so many, itself among them, that they are ready. */
  boolean sees(int node, int nodes) {
    String status = status(node);
    return IntStream.rangeClosed(1, nodes)
        .allMatch(n -> status.contains("\"node\":\"lb" + n + "\",\"state\":\"ready\""));
  }

  public Path file(String name, String content) throws IOException {
    return Files.writeString(dir.resolve(name), content);
  }

  @Override
  public void close() {
    nodes.forEach(Launched::close);
    store.close();
    etcd.close();
    servers.forEach(WebServer::close);
  }
}
