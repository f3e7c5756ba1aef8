package io.steelyard.app.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.app.contract.Node.Kind;
import io.steelyard.app.e2e.Scale;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract of sticky sessions, beside what others do: which share of live sessions stays at its
 * server through each kind of fault, with two balancers in front of the same servers. {@code
 * -Dsteelyard.rewrite=true} writes the table into docs/sessions.md.
 */
final class SessionContractLauncherTest {
  private static final Path PAGE = Path.of("../docs/sessions.md");
  private static final int SESSIONS = Scale.of(200, 10_000);
  private static final int RELOADS = Scale.of(5, 100);
  private static final int SERVERS = 4;

  /** Those whose every session stays, whatever happens. */
  private static final Set<Kind> SHARED =
      Set.of(
          Kinds.STEELYARD_COOKIE,
          Kinds.STEELYARD_PEERS,
          Kinds.STEELYARD_REDIS,
          Kinds.STEELYARD_MEMCACHED);

  private static final int CLIENTS = 16;

  private static final String RELOADED = "the configuration is reloaded " + RELOADS + " times";
  private static final String ADDED = "a server is added";
  private static final String REMOVED = "an unrelated server is removed";
  private static final String RESTARTED = "all balancers restart, one after the other";
  private static final String DIED =
      "the session's own server dies: both balancers agree on the next one";
  private static final String KILLED = "a balancer is killed";
  private static final String STORE_KILLED =
      "the store is killed and returns, then all come to the other balancer";
  private static final String PARTED =
      "the balancers are parted and meet again, then all come to the other one";

  private static final List<String> ROWS =
      List.of(RELOADED, ADDED, REMOVED, RESTARTED, STORE_KILLED, PARTED, DIED, KILLED);

  @TempDir Path dir;

  private final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
  private final List<NamedServer> all = new ArrayList<>();
  private final List<NamedServer> servers = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final List<Session> sessions = new ArrayList<>();

  private Links links;

  /** What the two balancers answered where they did not agree. */
  private final Queue<String> odd = new ConcurrentLinkedQueue<>();

  @Test
  void sessions_stay_where_they_are() throws Exception {
    Map<String, Map<String, Double>> table = new LinkedHashMap<>();
    for (Kind kind :
        List.of(
            Kinds.STEELYARD_COOKIE,
            Kinds.STEELYARD_PEERS,
            Kinds.STEELYARD_REDIS,
            Kinds.STEELYARD_MEMCACHED,
            Kinds.STEELYARD_TABLE,
            Kinds.STEELYARD_HASH,
            Kinds.HAPROXY_COOKIE,
            Kinds.HAPROXY_TABLE,
            Kinds.NGINX_IP_HASH)) {
      Map<String, Double> shares = measure(kind);
      System.out.printf("e2e sessions: %s %s%n", kind.title(), shares);
      if (SHARED.contains(kind)) {
        assertThat(odd).as(kind.title()).isEmpty();
        assertThat(shares.values()).as("%s", shares).allMatch(share -> share == 1.0);
      }
      odd.clear();
      table.put(kind.title(), shares);
    }
    Map<String, Double> remembered = table.get(Kinds.STEELYARD_TABLE.title());
    assertThat(remembered.get(RELOADED)).isEqualTo(1.0);
    assertThat(remembered.get(ADDED)).isEqualTo(1.0);
    assertThat(remembered.get(REMOVED)).isEqualTo(1.0);
    Map<String, Double> hashed = table.get(Kinds.STEELYARD_HASH.title());
    assertThat(hashed.get(ADDED)).isEqualTo(1.0);
    assertThat(hashed.get(DIED)).isEqualTo(1.0);
    if (Boolean.getBoolean("steelyard.rewrite")) {
      rewrite(markdown(table));
    }
  }

  /** Each fault meets the sessions as the one before has left them. */
  private Map<String, Double> measure(Kind kind) throws Exception {
    Map<String, Double> shares = new LinkedHashMap<>();
    try {
      begin(kind);
      for (int i = 0; i < RELOADS; i++) {
        reload();
      }
      shares.put(RELOADED, staying(s -> true));

      servers.add(server("s" + SERVERS));
      reload();
      shares.put(ADDED, staying(s -> true));

      NamedServer removed = servers.remove(1);
      reload();
      shares.put(REMOVED, staying(s -> !s.home.equals(removed.name())));

      for (Node node : nodes) {
        node.stop();
        node.start(servers);
      }
      shares.put(RESTARTED, staying(s -> true));

      if (links.store().isPresent()) {
        shares.put(STORE_KILLED, storeKilled());
      }
      shares.put(PARTED, parted());

      NamedServer dead = servers.getFirst();
      dead.close();
      shares.put(DIED, agreeing(dead.name()));

      staying(s -> true);
      nodes.getFirst().kill();
      nodes.removeFirst();
      shares.put(KILLED, staying(s -> true));
    } finally {
      end();
    }
    return shares;
  }

  /** Of those who came while it was dead, and of those who come to the other node later. */
  private double storeKilled() throws Exception {
    links.store().orElseThrow().kill();
    double meanwhile = staying(s -> true);
    nodes.forEach(Node::awaitDegraded);
    links.store().orElseThrow().start();
    nodes.forEach(Node::awaitInStep);
    return Math.min(meanwhile, stayingAtOther());
  }

  private double parted() throws Exception {
    links.part();
    double meanwhile = staying(s -> true);
    links.join();
    nodes.forEach(Node::awaitInStep);
    return Math.min(meanwhile, stayingAtOther());
  }

  /** The same for sessions whose requests come to the other node from now on. */
  private double stayingAtOther() throws Exception {
    Collections.reverse(nodes);
    return staying(s -> true);
  }

  private void begin(Kind kind) throws Exception {
    for (int i = 0; i < SERVERS; i++) {
      servers.add(server("s" + i));
    }
    Path own = Files.createTempDirectory(dir, "kind");
    links = new Links(kind.store(), own.resolve("store"));
    for (int i = 0; i < 2; i++) {
      Node node = new Node(kind, own.resolve("n" + i), i, links);
      nodes.add(node);
      node.start(servers);
    }
    for (int i = 0; i < SESSIONS; i++) {
      sessions.add(new Session(i));
    }
    visits(session -> {
      session.home = session.visit(nodes.get(session.parity()).port());
      return session.home.startsWith("s");
    });
  }

  private NamedServer server(String name) throws IOException {
    NamedServer server = new NamedServer(name);
    all.add(server);
    return server;
  }

  private void reload() throws Exception {
    for (Node node : nodes) {
      node.reload(servers);
    }
  }

  private void end() {
    nodes.forEach(Node::close);
    if (links != null) {
      links.close();
    }
    all.forEach(NamedServer::close);
    nodes.clear();
    all.clear();
    servers.clear();
    sessions.clear();
  }

  /** The share of those sessions that are where they were; then all have a home again. */
  private double staying(Predicate<Session> counted) throws Exception {
    List<Boolean> stayed =
        visits(session -> {
          boolean counts = counted.test(session);
          String now = session.visit(nodes.get(session.parity() % nodes.size()).port());
          boolean same = now.equals(session.home);
          session.home = now;
          return counts ? same : null;
        });
    return share(stayed);
  }

  /** The share of the sessions of a dead server that both balancers send to the same other one. */
  private double agreeing(String dead) throws Exception {
    List<Boolean> agreed =
        visits(session -> {
          if (!session.home.equals(dead)) {
            return null;
          }
          String here = session.twin().visit(nodes.get(0).port());
          String there = session.twin().visit(nodes.get(1).port());
          boolean agree = here.equals(there) && here.startsWith("s") && !here.equals(dead);
          if (!agree) {
            odd.add(here + " and " + there);
          }
          return agree;
        });
    return share(agreed);
  }

  private static double share(List<Boolean> counted) {
    long good = counted.stream().filter(c -> c != null && c).count();
    long of = counted.stream().filter(c -> c != null).count();
    assertThat(of).isPositive();
    return (double) good / of;
  }

  private interface Visit {
    /** Whether it was as wished; null if that does not matter. */
    Boolean of(Session session) throws IOException;
  }

  private List<Boolean> visits(Visit visit) throws Exception {
    List<Callable<Boolean>> tasks =
        sessions.stream().<Callable<Boolean>>map(s -> () -> visit.of(s)).toList();
    List<Boolean> results = new ArrayList<>();
    for (Future<Boolean> done : threads.invokeAll(tasks)) {
      results.add(done.get());
    }
    return results;
  }

  private static String markdown(Map<String, Map<String, Double>> table) {
    StringBuilder out = new StringBuilder("| when |");
    table.keySet().forEach(kind -> out.append(' ').append(kind).append(" |"));
    out.append("\n|---|").append("---|".repeat(table.size())).append('\n');
    for (String row : ROWS) {
      String cells =
          table.values().stream()
              .map(shares -> percent(shares.get(row)))
              .collect(Collectors.joining(" | "));
      out.append("| ").append(row).append(" | ").append(cells).append(" |\n");
    }
    return out.toString();
  }

  private static String percent(Double share) {
    return share == null ? "-" : String.format(Locale.ROOT, "%.1f%%", 100 * share);
  }

  private static void rewrite(String table) throws IOException {
    String page = Files.readString(PAGE);
    int from = page.indexOf("| when |");
    int to = page.indexOf("\n\n", from) + 1;
    Files.writeString(PAGE, page.substring(0, from) + table + page.substring(to));
  }
}
