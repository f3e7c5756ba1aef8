package io.steelyard.app.cli;

import io.steelyard.config.Config;
import io.steelyard.config.ConfigException;
import io.steelyard.config.ConfigParser;
import io.steelyard.config.PoolConfig;
import io.steelyard.core.balance.Algorithm;
import io.steelyard.core.snapshot.Balancing;
import io.steelyard.core.snapshot.PassiveHealth;
import io.steelyard.sim.engine.Distribution;
import io.steelyard.sim.plan.Arrivals;
import io.steelyard.sim.plan.Fault;
import io.steelyard.sim.plan.PoolFile;
import io.steelyard.sim.plan.PoolPlan;
import io.steelyard.sim.plan.Scenario;
import io.steelyard.sim.plan.ServerPlan;
import io.steelyard.sim.plan.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The options of {@code steelyard simulate} as a scenario. */
final class SimulateOptions {
  private static final int SERVERS_DEFAULT = 4;
  private static final int SERVERS_MAX = 10_000;
  private static final int LETTERS = 26;
  private static final int CAPACITY_DEFAULT = 10;
  private static final int CLIENTS_MAX = 1_000_000;
  private static final int LOOPS_MAX = 1024;
  private static final int FAULTS_MAX = 1_000;
  private static final double RATE_MIN = 0.001;
  private static final double RATE_MAX = 1e9;
  private static final double ERROR_NS = 1e6;
  private static final double LATENCY_MIN_NS = 1_000;
  private static final double LOAD_DEFAULT = 0.6;

  /** A hundred million: about two minutes of work. */
  private static final double REQUESTS_MAX = 1e8;

  private static final PassiveHealth PASSIVE =
      new PassiveHealth(
          5,
          0,
          PassiveHealth.NONE.requestsMin(),
          0,
          PassiveHealth.NONE.window(),
          PassiveHealth.NONE.ejection(),
          PassiveHealth.NONE.ejectionMax(),
          PassiveHealth.NONE.ejectedMax());

  private static final Distribution LATENCY_DEFAULT = new Distribution.Exponential(10e6);

  private SimulateOptions() {}

  static Scenario scenario(Arguments arguments) throws UsageException, Refused {
    PoolPlan pool = pool(arguments);
    pool = pool.with(servers(arguments, pool));
    pool = bounded(arguments, pool);
    if (arguments.has(SimulateCommand.PASSIVE.name())) {
      pool = pool.with(PASSIVE);
    }
    long duration = duration(arguments, SimulateCommand.DURATION, "60s");
    long warmUp = duration(arguments, SimulateCommand.WARM_UP, "0s");
    if (duration == 0 || warmUp >= duration) {
      throw new UsageException("--duration must be longer than --warm-up, and not 0");
    }
    Arrivals arrivals = arrivals(arguments, pool);
    if (perSecond(arrivals, pool) * duration / 1e9 > REQUESTS_MAX) {
      throw new UsageException("that may be more than 100 million requests; shorten --duration");
    }
    Scenario scenario =
        Scenario.of(pool, arrivals, duration)
            .warmedUpFor(warmUp)
            .with(faults(arguments, pool))
            .onLoops(arguments.number(SimulateCommand.LOOPS.name(), 1, LOOPS_MAX).orElse(1))
            .seeded(arguments.number(SimulateCommand.SEED.name(), 0, Integer.MAX_VALUE).orElse(1));
    Optional<String> keys = arguments.one(SimulateCommand.KEYS.name());
    return keys.isPresent()
        ? scenario.with(parsed(SimulateCommand.KEYS, keys.get(), Texts::keys))
        : scenario;
  }

  static List<Algorithm> algorithms(Arguments arguments, PoolPlan pool) throws UsageException {
    Optional<String> names = arguments.one(SimulateCommand.BALANCE.name());
    return names.isPresent()
        ? parsed(SimulateCommand.BALANCE, names.get(), Texts::algorithms)
        : List.of(pool.balancing().algorithm());
  }

  private static PoolPlan pool(Arguments arguments) throws UsageException, Refused {
    Optional<String> file = arguments.positional(0);
    if (file.isEmpty()) {
      return invented(arguments);
    }
    if (arguments.has(SimulateCommand.SERVERS.name())) {
      throw new UsageException("--servers goes without FILE, whose pool has its own");
    }
    try {
      Config config = ConfigParser.parseFile(Setup.file(file.get()));
      PoolConfig pool = named(arguments, config);
      if (pool.servers().isEmpty()) {
        throw new Refused(
            "steelyard simulate: pool %s lists no servers, it discovers them while a node runs"
                .formatted(pool.name()));
      }
      return PoolFile.plan(config, pool, LATENCY_DEFAULT, CAPACITY_DEFAULT);
    } catch (ConfigException e) {
      throw Setup.refused(e);
    }
  }

  private static PoolPlan invented(Arguments arguments) throws UsageException {
    if (arguments.has(SimulateCommand.POOL.name())) {
      throw new UsageException("--pool needs a FILE");
    }
    int count =
        arguments.number(SimulateCommand.SERVERS.name(), 1, SERVERS_MAX).orElse(SERVERS_DEFAULT);
    List<ServerPlan> servers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String name = count <= LETTERS ? Character.toString('a' + i) : "s" + (i + 1);
      servers.add(ServerPlan.of(name, LATENCY_DEFAULT, CAPACITY_DEFAULT));
    }
    return PoolPlan.of(Algorithm.ROUND_ROBIN, servers);
  }

  private static PoolConfig named(Arguments arguments, Config config)
      throws UsageException, Refused {
    List<String> names = config.pools().stream().map(PoolConfig::name).toList();
    Optional<String> wanted = arguments.one(SimulateCommand.POOL.name());
    if (wanted.isEmpty() && names.size() != 1) {
      throw new UsageException("which --pool? " + String.join(", ", names));
    }
    String name = wanted.orElseGet(names::getFirst);
    return config.pools().stream()
        .filter(p -> p.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new Refused("steelyard simulate: no pool " + name + Nearest.hint(name, names)));
  }

  /** {@code VALUE} is meant for all servers, {@code NAME=VALUE} for one. */
  private static List<ServerPlan> servers(Arguments arguments, PoolPlan pool)
      throws UsageException {
    List<ServerPlan> servers = new ArrayList<>(pool.servers());
    for (String text : arguments.all(SimulateCommand.LATENCY.name())) {
      Distribution latency =
          parsed(SimulateCommand.LATENCY, valueOf(text), SimulateOptions::serverLatency);
      change(servers, SimulateCommand.LATENCY, text, s -> s.with(latency, s.capacity()));
    }
    for (String text : arguments.all(SimulateCommand.CAPACITY.name())) {
      int capacity = parsed(SimulateCommand.CAPACITY, valueOf(text), Texts::capacity);
      change(servers, SimulateCommand.CAPACITY, text, s -> s.with(s.latency(), capacity));
    }
    for (String text : arguments.all(SimulateCommand.WEIGHT.name())) {
      int weight =
          parsed(SimulateCommand.WEIGHT, valueOf(text), t -> Texts.whole(t, "a weight", 0, 256));
      change(servers, SimulateCommand.WEIGHT, text, s -> s.weighing(weight));
    }
    return servers;
  }

  private static Distribution serverLatency(String text) {
    Distribution latency = Texts.latency(text);
    if (latency.mean() < LATENCY_MIN_NS) {
      throw new IllegalArgumentException("a server takes 1us or more on average, not " + text);
    }
    return latency;
  }

  private static String valueOf(String text) {
    return text.substring(text.lastIndexOf('=') + 1);
  }

  private static void change(
      List<ServerPlan> servers, Option option, String text, Function<ServerPlan, ServerPlan> how)
      throws UsageException {
    int equals = text.lastIndexOf('=');
    if (equals < 0) {
      servers.replaceAll(how::apply);
      return;
    }
    String name = text.substring(0, equals);
    for (int i = 0; i < servers.size(); i++) {
      if (servers.get(i).name().equals(name)) {
        servers.set(i, how.apply(servers.get(i)));
        return;
      }
    }
    throw noServer(option, name, servers);
  }

  private static UsageException noServer(Option option, String name, List<ServerPlan> servers) {
    List<String> names = servers.stream().map(ServerPlan::name).toList();
    return new UsageException(
        option.name() + ": no server '" + name + "'" + Nearest.hint(name, names));
  }

  private static PoolPlan bounded(Arguments arguments, PoolPlan pool) throws UsageException {
    Optional<String> text = arguments.one(SimulateCommand.BOUNDED.name());
    if (text.isEmpty()) {
      return pool;
    }
    double bound =
        parsed(SimulateCommand.BOUNDED, text.get(), t -> Texts.number(t, "a factor", 1.01, 100));
    Balancing now = pool.balancing();
    return pool.with(
        new Balancing(
            now.algorithm(),
            now.hashKey(),
            bound,
            now.zone(),
            now.slowStart(),
            now.panicThreshold()));
  }

  private static Arrivals arrivals(Arguments arguments, PoolPlan pool) throws UsageException {
    Optional<String> rate = arguments.one(SimulateCommand.RATE.name());
    Optional<Integer> clients = arguments.number(SimulateCommand.CLIENTS.name(), 1, CLIENTS_MAX);
    Optional<String> pause = arguments.one(SimulateCommand.PAUSE.name());
    if (rate.isPresent() && clients.isPresent()) {
      throw new UsageException("--rate or --clients, not both");
    }
    if (clients.isPresent()) {
      Distribution pauses = parsed(SimulateCommand.PAUSE, pause.orElse("const:0s"), Texts::latency);
      return new Arrivals.Clients(clients.get(), pauses);
    }
    if (pause.isPresent()) {
      throw new UsageException("--pause goes with --clients");
    }
    if (rate.isPresent()) {
      return new Arrivals.Rate(
          parsed(
              SimulateCommand.RATE,
              rate.get(),
              t -> Texts.number(t, "requests a second", RATE_MIN, RATE_MAX)));
    }
    return new Arrivals.Rate(LOAD_DEFAULT * perSecond(pool));
  }

  /** What all servers can do. */
  private static double perSecond(PoolPlan pool) {
    return pool.servers().stream().mapToDouble(s -> s.capacity() / s.latency().mean() * 1e9).sum();
  }

  /** How many requests come at most; clients are no faster than servers, or their errors. */
  private static double perSecond(Arrivals arrivals, PoolPlan pool) {
    return switch (arrivals) {
      case Arrivals.Rate(double rate) -> rate;
      case Arrivals.Clients(int number, var pause) ->
          Math.max(number * 1e9 / (ERROR_NS + pause.mean()), perSecond(pool));
    };
  }

  private static List<Fault> faults(Arguments arguments, PoolPlan pool) throws UsageException {
    List<String> texts = arguments.all(SimulateCommand.FAULT.name());
    if (texts.size() > FAULTS_MAX) {
      throw new UsageException("more than " + FAULTS_MAX + " faults");
    }
    List<Fault> faults = new ArrayList<>();
    for (String text : texts) {
      Fault fault = parsed(SimulateCommand.FAULT, text, Texts::fault);
      List<String> unknown = fault.unknown(pool);
      if (!unknown.isEmpty()) {
        throw noServer(SimulateCommand.FAULT, unknown.getFirst(), pool.servers());
      }
      faults.add(fault);
    }
    return faults;
  }

  private static long duration(Arguments arguments, Option option, String otherwise)
      throws UsageException {
    return parsed(option, arguments.one(option.name()).orElse(otherwise), Texts::durationNs);
  }

  private static <T> T parsed(Option option, String text, Function<String, T> parser)
      throws UsageException {
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException e) {
      throw new UsageException(option.name() + ": " + e.getMessage());
    }
  }
}
