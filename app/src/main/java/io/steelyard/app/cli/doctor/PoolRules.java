package io.steelyard.app.cli.doctor;

import static io.steelyard.app.cli.doctor.Finding.ok;
import static io.steelyard.app.cli.doctor.Finding.risk;
import static io.steelyard.app.cli.doctor.Finding.single;

import io.steelyard.app.cli.doctor.Facts.Pool;
import io.steelyard.app.cli.doctor.Facts.Server;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Whether a pool outlives one of its servers, one machine, one zone. */
final class PoolRules {
  private PoolRules() {}

  static void judge(Facts facts, List<Finding> out) {
    facts.pools().forEach(pool -> judge(pool, out));
  }

  private static void judge(Pool pool, List<Finding> out) {
    String name = "pool " + pool.name();
    List<Server> servers = pool.servers();
    if (servers.isEmpty()) {
      if (!pool.discovers()) {
        return;
      }
      out.add(
          risk(
              "pool-undiscovered",
              name + " has found no server yet, or this cannot be told from the file",
              "without servers it answers 503",
              "steelyard pools says what its discovery answers"));
      return;
    }
    int before = out.size();
    places(pool, name, out);
    usable(pool, name, out);
    if (!pool.checked()) {
      out.add(
          risk(
              "pool-unchecked",
              name + " has no health checks",
              "a server that fails is noticed by the requests that it fails only",
              "pools: {%s: {health: {http: /healthz}, passive: {}}}".formatted(pool.name())));
    }
    if (out.size() == before) {
      out.add(
          ok(
              "pool",
              "%s: %d servers on %d hosts, checked"
                  .formatted(name, servers.size(), distinct(servers, Server::host).size())));
    }
  }

  private static void places(Pool pool, String name, List<Finding> out) {
    List<Server> servers = pool.servers();
    if (servers.size() == 1) {
      out.add(
          single(
              "pool-one-server",
              name + " has one server, " + servers.getFirst().name(),
              "when it fails the pool answers 503",
              pool.discovers()
                  ? "a second server where 'discover' of %s finds them".formatted(name)
                  : "pools: {%s: {servers: [%s, \"10.0.0.22:8080\"]}}"
                      .formatted(pool.name(), servers.getFirst().name())));
      return;
    }
    Set<String> hosts = distinct(servers, Server::host);
    if (hosts.size() == 1) {
      out.add(
          single(
              "pool-one-host",
              "%s has all of its %d servers on %s"
                  .formatted(name, servers.size(), hosts.iterator().next()),
              "when that machine fails they all do",
              pool.discovers()
                  ? "a server on another machine, where 'discover' of %s finds them".formatted(name)
                  : "a server on another machine: pools: {%s: {servers: [..., \"10.0.0.22:8080\"]}}"
                      .formatted(pool.name())));
    }
    Set<String> zones = distinct(servers, Server::zone);
    if (zones.size() == 1 && !zones.contains("")) {
      String zone = zones.iterator().next();
      out.add(
          single(
              "pool-one-zone",
              "%s has all of its servers in zone %s".formatted(name, zone),
              "what takes the zone down takes the pool down",
              "a server elsewhere: {address: \"10.0.1.22:8080\", zone: %s}"
                  .formatted(zone.equals("b") ? "a" : "b")));
    }
  }

  private static void usable(Pool pool, String name, List<Finding> out) {
    List<Server> usable = pool.servers().stream().filter(Server::usable).toList();
    if (pool.servers().size() < 2 || usable.size() > 1) {
      return;
    }
    out.add(
        single(
            "pool-one-usable",
            "%s has %d servers, of which %s"
                .formatted(
                    name,
                    pool.servers().size(),
                    usable.isEmpty()
                        ? "none takes requests now"
                        : "only " + usable.getFirst().name() + " takes requests now"),
            "one more failure is an outage",
            "steelyard pools %s says why: checks that fail, or drain and maintain, which steelyard"
                    .formatted(pool.name())
                + " serve takes back"));
  }

  private static Set<String> distinct(List<Server> servers, Function<Server, String> of) {
    return servers.stream().map(of).collect(Collectors.toSet());
  }
}
