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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
    List<Service> offered = services.stream().filter(s -> !s.target().isEmpty()).toList();
    if (offered.size() > limits.serversMax()) {
      return new Answer.TooMany(offered.size());
    }
    Duration ttl = servicesTtl;
    String lack = "";
    String why = srv.name() + " says that the service is not available";
    Map<String, InetAddress> found = new HashMap<>();
    Set<String> failed = new HashSet<>();
    for (Map.Entry<String, Reply<Addresses>> target : lookedUp(offered).entrySet()) {
      switch (target.getValue()) {
        case Reply.Records<Addresses>(List<Addresses> one, Duration itsTtl) -> {
          ttl = Addresses.shorter(ttl, itsTtl);
          found.put(target.getKey(), place(target.getKey(), one.getFirst()));
        }
        case Reply.None<Addresses>(String whyNone, Duration itsTtl) -> {
          ttl = Addresses.shorter(ttl, itsTtl);
          why = whyNone;
        }
        case Reply.Failure<Addresses>(String whyFailed) -> {
          lack = whyFailed;
          failed.add(target.getKey());
        }
      }
    }
    if (found.isEmpty()) {
      return lack.isEmpty() ? new Answer.Nothing(why, Optional.of(ttl)) : new Answer.Failed(lack);
    }
    places = Map.copyOf(found);
    return new Answer.Found(
        servers(offered, found),
        Optional.of(ttl),
        lack,
        new Unclear.Servers(failed(offered, failed)));
  }

  /** Servers whose targets could not be looked up. */
  private static Set<String> failed(List<Service> services, Set<String> targets) {
    return services.stream()
        .filter(service -> targets.contains(service.target()))
        .map(ServiceSource::name)
        .collect(Collectors.toSet());
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
