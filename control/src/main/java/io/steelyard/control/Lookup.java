package io.steelyard.control;

import io.steelyard.config.Address;
import io.steelyard.config.Config;
import io.steelyard.config.Endpoint;
import io.steelyard.config.Endpoint.At;
import io.steelyard.config.HealthConfig;
import io.steelyard.config.LoadConfig;
import io.steelyard.config.LoadConfig.Source.Agent;
import io.steelyard.config.PoolConfig;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Looks all names of a configuration up: some at a time, for a limited time. A resolver cannot be
 * interrupted, so this happens on daemon threads that nobody waits for longer than that.
 */
final class Lookup implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(10);

  private static final int AT_A_TIME = 16;

  private final Resolver resolver;
  private final Duration limit;
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          AT_A_TIME,
          AT_A_TIME,
          1,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          Thread.ofPlatform().daemon().name("lookup").factory());

  Lookup(Resolver resolver, Duration limit) {
    this.resolver = resolver;
    this.limit = limit;
    threads.allowCoreThreadTimeOut(true);
  }

  /** Answers for this configuration's addresses at once; null for what had no answer in time. */
  Resolver of(Config config) throws InterruptedException {
    List<Address> names = names(config);
    if (names.isEmpty()) {
      return resolver;
    }
    List<Callable<SocketAddress>> questions =
        names.stream().map(n -> (Callable<SocketAddress>) () -> resolver.resolve(n)).toList();
    List<Future<SocketAddress>> answers =
        threads.invokeAll(questions, limit.toMillis(), TimeUnit.MILLISECONDS);
    Map<Address, SocketAddress> known = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      if (answers.get(i).state() == Future.State.SUCCESS) {
        known.put(names.get(i), answers.get(i).resultNow());
      }
    }
    return address -> address.isName() ? known.get(address) : resolver.resolve(address);
  }

  private static List<Address> names(Config config) {
    // Thousands of servers hardly have names: those without are left out at once.
    Set<Address> all = new LinkedHashSet<>();
    config.listeners().forEach(l -> add(l.address(), all));
    config.pools().forEach(p -> p.servers().forEach(s -> add(s.address(), all)));
    config.pools().forEach(p -> elsewhere(p).forEach(a -> add(a, all)));
    add(config.admin().address(), all);
    config.cluster().bind().ifPresent(a -> add(a, all));
    return List.copyOf(all);
  }

  private static void add(Address address, Set<Address> names) {
    if (address.isName()) {
      names.add(address);
    }
  }

  private static Stream<Address> elsewhere(PoolConfig pool) {
    Stream<Endpoint> checks = pool.health().map(HealthConfig::endpoint).stream();
    Stream<Endpoint> agents =
        pool.load().map(LoadConfig::source).stream()
            .filter(Agent.class::isInstance)
            .map(source -> ((Agent) source).endpoint());
    return Stream.concat(checks, agents)
        .filter(At.class::isInstance)
        .map(endpoint -> ((At) endpoint).address());
  }

  /** Gives up what is being looked up. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
