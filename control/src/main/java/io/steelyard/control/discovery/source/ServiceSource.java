package io.steelyard.control.discovery.source;

import io.steelyard.config.DiscoverConfig.Limits;
import io.steelyard.config.DiscoverConfig.Source;
import io.steelyard.config.ServerConfig;
import io.steelyard.control.discovery.Answer;
import io.steelyard.control.discovery.Answer.Unclear;
import io.steelyard.control.discovery.ServerSource;
import io.steelyard.control.discovery.source.Reply.Service;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The SRV records of a name (RFC 2782): each is a server, which is called as its target and port,
 * and stands at one address of that target, the same for as long as the target has it.
 */
final class ServiceSource implements ServerSource {
  static final int WEIGHT_MAX = 256;

  /** Targets that are looked up at a time. */
  private static final int AT_A_TIME = 8;

  private static final Comparator<Service> ORDER =
      Comparator.comparingInt(Service::priority)
          .thenComparing(Service::target)
          .thenComparingInt(Service::port);

  private final Source.Srv srv;
  private final Limits limits;
  private final Reply.Names names;

  /** Where each target stood last. */
  private Map<String, InetAddress> places = Map.of();

  ServiceSource(Source.Srv srv, Limits limits, Reply.Names names) {
    this.srv = srv;
    this.limits = limits;
    this.names = names;
  }

  @Override
  public Answer ask() throws InterruptedException {
    return switch (names.services(srv.name())) {
      case Reply.Records<Service>(List<Service> services, Duration ttl) -> answer(services, ttl);
      case Reply.None<Service>(String why, Duration ttl) ->
          new Answer.Nothing(why, Optional.of(ttl));
      case Reply.Failure<Service>(String why) -> new Answer.Failed(why);
    };
  }

  private Answer answer(List<Service> services, Duration servicesTtl) throws InterruptedException {
    // A single target "." says that the service is not there.
    List<Service> named = services.stream().filter(s -> !s.target().isEmpty()).toList();
    List<Service> offered = named.stream().filter(s -> s.port() > 0).toList();
    if (offered.size() > limits.serversMax()) {
      return new Answer.TooMany(offered.size());
    }
    if (named.isEmpty()) {
      String why = srv.name() + " says that the service is not available";
      return new Answer.Nothing(why, Optional.of(servicesTtl));
    }
    String withoutPort = withoutPort(named);
    if (offered.isEmpty()) {
      return new Answer.Failed(
          "no record of %s can be used: %s".formatted(srv.name(), withoutPort));
    }
    return answer(offered, new Targets(lookedUp(offered), servicesTtl), withoutPort);
  }

  private Answer answer(List<Service> offered, Targets targets, String withoutPort) {
    if (targets.found().isEmpty()) {
      return targets.failed().isEmpty()
          ? new Answer.Nothing(targets.why(), Optional.of(targets.ttl()))
          : new Answer.Failed(targets.failed().firstEntry().getValue());
    }
    Map<String, InetAddress> found = new HashMap<>();
    targets.found().forEach((target, addresses) -> found.put(target, place(target, addresses)));
    places = Map.copyOf(found);
    String lack = targets.lack();
    return new Answer.Found(
        servers(offered, found),
        Optional.of(targets.ttl()),
        lack.isEmpty() ? withoutPort : lack,
        new Unclear.Servers(names(offered, s -> !found.containsKey(s.target()))));
  }

  /** A record says where a service is, and that is a port, too (RFC 2782). */
  private static String withoutPort(List<Service> services) {
    List<Service> without = services.stream().filter(s -> s.port() == 0).sorted(ORDER).toList();
    return without.isEmpty()
        ? ""
        : "%d left out, since %s has no port"
            .formatted(without.size(), without.getFirst().target());
  }

  private static Set<String> names(List<Service> services, Predicate<Service> which) {
    return services.stream().filter(which).map(ServiceSource::name).collect(Collectors.toSet());
  }

  private static String name(Service service) {
    return service.target() + ":" + service.port();
  }

  private Map<String, Reply<Addresses>> lookedUp(List<Service> services)
      throws InterruptedException {
    Map<String, Future<Reply<Addresses>>> asked = new TreeMap<>();
    Map<String, Reply<Addresses>> replies = new TreeMap<>();
    ExecutorService threads =
        Executors.newFixedThreadPool(AT_A_TIME, Thread.ofVirtual().name("lookup").factory());
    try {
      services.forEach(s ->
          asked.computeIfAbsent(
              s.target(),
              target -> threads.submit(() -> Addresses.of(names, target, srv.family()))));
      for (Map.Entry<String, Future<Reply<Addresses>>> one : asked.entrySet()) {
        replies.put(one.getKey(), one.getValue().get());
      }
      return replies;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private InetAddress place(String target, Addresses addresses) {
    InetAddress former = places.get(target);
    return former != null && addresses.all().contains(former) ? former : addresses.all().getFirst();
  }

  private List<ServerConfig> servers(List<Service> services, Map<String, InetAddress> found) {
    List<Service> there =
        services.stream().filter(s -> found.containsKey(s.target())).sorted(ORDER).toList();
    int best = there.getFirst().priority();
    int heaviest = there.stream().mapToInt(Service::weight).max().orElseThrow();
    List<ServerConfig> servers = new ArrayList<>();
    for (Service service : there) {
      servers.add(
          new ServerConfig(
              name(service),
              Literals.of(found.get(service.target()), service.port()),
              weight(service.weight(), heaviest),
              limits.maxConnections(),
              service.priority() > best,
              ""));
    }
    return servers;
  }

  /** Weights go to 65535 there: when one is too large for here, all are made smaller alike. */
  static int weight(int weight, int heaviest) {
    int scaled =
        heaviest <= WEIGHT_MAX ? weight : (int) Math.round(weight * (double) WEIGHT_MAX / heaviest);
    // A weight of 0 is for services with nothing to choose between, and gets little otherwise.
    return Math.max(1, scaled);
  }

  @Override
  public void close() {
    // Nothing is kept open.
  }
}
