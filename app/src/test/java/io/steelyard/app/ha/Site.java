package io.steelyard.app.ha;

import io.steelyard.testkit.netns.Host;
import io.steelyard.testkit.netns.Lab;
import io.steelyard.testkit.netns.Program;
import java.util.ArrayList;
import java.util.List;

/**
 * A site in network namespaces: all hosts are on one switch.
 *
 * <pre>
 *   client ──┐             ┌── lb1 ┐
 *            ├── switch ───┼── lb2 ┤ 192.0.2.200 is on one of them
 *   servers ─┘             └── ... ┘
 * </pre>
 */
final class Site implements AutoCloseable {
  /** The virtual address. */
  static final String ADDRESS = "192.0.2.200";

  static final int PORT = 8080;
  static final List<Integer> SERVER_PORTS = List.of(9001, 9002);

  private final Lab lab = Lab.open();
  private final Host client = lab.host("client");
  private final Host servers = lab.host("servers");
  private final List<Host> balancers = new ArrayList<>();
  private final Owners owners;
  private final Program traffic;

  /** Builds it; its servers serve, and its clients wait for {@link #begin}. */
  Site(int balancerCount) {
    for (int i = 1; i <= balancerCount; i++) {
      balancers.add(lab.host("lb" + i));
    }
    owners = new Owners(ADDRESS, balancers);
    Program serving =
        servers.startJava(
            NamedServers.class,
            SERVER_PORTS.stream().map(port -> Integer.toString(port)).toArray(String[]::new));
    traffic = client.startJava(Traffic.class, ADDRESS, Integer.toString(PORT));
    serving.awaitLine("serving");
    traffic.awaitLine("ready");
  }

  Host servers() {
    return servers;
  }

  List<Host> balancers() {
    return List.copyOf(balancers);
  }

  Owners owners() {
    return owners;
  }

  /** Clients begin, and know nothing of earlier owners. */
  void begin() {
    client.run("ip", "neigh", "flush", "all");
    traffic.say("begin");
  }

  /** What clients notice counts from now on. */
  void count() {
    traffic.say("count");
  }

  /** Clients end; what they noticed. */
  Noticed end() {
    int before = traffic.lines().size();
    traffic.say("end");
    return Noticed.parse(traffic.awaitLine(before, "noticed ").text());
  }

  @Override
  public void close() {
    lab.close();
  }
}
