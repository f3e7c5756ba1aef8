package io.steelyard.control.discovery;

import io.steelyard.config.DiscoverConfig.Limits;
import io.steelyard.config.ServerConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * What is known of a pool's servers, and what an answer makes of it. No answer but one that names
 * servers takes any away: the worst that a source can do is to be of no use.
 *
 * @param servers those that are there as far as is known
 * @param last what the last answer was; empty before the first
 * @param trouble what is wrong with it; empty if nothing
 * @param failures answers in a row that were of no use
 * @param askedAt when that was
 * @param answeredAt when the source last said anything, if only that there is nothing
 * @param pause until it is asked again
 */
public record Knowledge(
    List<ServerConfig> servers,
    Optional<Result> last,
    String trouble,
    int failures,
    Optional<Instant> askedAt,
    Optional<Instant> answeredAt,
    Duration pause) {
  /** Between two questions to a source that is away. */
  static final Duration RETRY_MAX = Duration.ofSeconds(30);

  /** The same while no server is known: nothing is served by them until there is an answer. */
  static final Duration RETRY_EMPTY_MAX = Duration.ofSeconds(5);

  /** Questions come so much earlier or later: else all nodes would ask at the same time. */
  static final double JITTER = 0.1;

  /** What became of a question. */
  public enum Result {
    /** All servers are named. */
    FOUND,
    /** Some are named; of what is missing some may be there, or cannot be used. */
    PARTIAL,
    /** The source says that there are none; those that were known stay. */
    NOTHING,
    /** More than are allowed; those that were known stay. */
    REFUSED,
    /** No answer that could be understood; those that were known stay. */
    FAILED;

    /** As metrics and the API write it. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Knowledge {
    servers = List.copyOf(servers);
  }

  /** Before the first answer, with what served the pool until now. */
  static Knowledge before(List<ServerConfig> servers) {
    return new Knowledge(
        servers, Optional.empty(), "", 0, Optional.empty(), Optional.empty(), Duration.ZERO);
  }

  /** When the source will be asked again; empty before the first time. */
  public Optional<Instant> nextAt() {
    return askedAt.map(at -> at.plus(pause));
  }

  /** After the answer that came at {@code now}; {@code random} spreads the questions of nodes. */
  Knowledge after(Answer answer, Limits limits, Instant now, RandomGenerator random) {
    return switch (answer) {
      case Answer.Found found when found.servers().size() > limits.serversMax() ->
          tooMany(found.servers().size(), limits, now, random);
      case Answer.Found found -> found(found, limits, now, random);
      case Answer.TooMany(int count) -> tooMany(count, limits, now, random);
      case Answer.Nothing(String why, Optional<Duration> ttl) ->
          new Knowledge(
              servers,
              Optional.of(Result.NOTHING),
              why,
              0,
              Optional.of(now),
              Optional.of(now),
              pause(ttl, limits, random));
      case Answer.Failed(String why) -> failed(Result.FAILED, why, limits, now, random);
    };
  }

  private Knowledge found(Answer.Found found, Limits limits, Instant now, RandomGenerator random) {
    boolean partial = !found.lack().isEmpty();
    List<ServerConfig> next = unique(found.servers());
    if (partial) {
      List<ServerConfig> all = new ArrayList<>(next);
      servers.stream().filter(server -> found.unclear().has(server.name())).forEach(all::add);
      next = unique(all).stream().limit(limits.serversMax()).toList();
    }
    return new Knowledge(
        next,
        Optional.of(partial ? Result.PARTIAL : Result.FOUND),
        found.lack(),
        0,
        Optional.of(now),
        Optional.of(now),
        pause(found.ttl(), limits, random));
  }

  private Knowledge tooMany(int count, Limits limits, Instant now, RandomGenerator random) {
    String why =
        "%d servers, which are more than servers-max: %d".formatted(count, limits.serversMax());
    return failed(Result.REFUSED, why, limits, now, random);
  }

  private Knowledge failed(
      Result result, String why, Limits limits, Instant now, RandomGenerator random) {
    Duration most = least(limits.intervalMax(), servers.isEmpty() ? RETRY_EMPTY_MAX : RETRY_MAX);
    // Doubled at most so often that nothing overflows.
    Duration wait = limits.intervalMin().multipliedBy(1L << Math.min(failures, 20));
    return new Knowledge(
        servers,
        Optional.of(result),
        why,
        failures + 1,
        Optional.of(now),
        answeredAt,
        spread(least(wait, most), random));
  }

  private static Duration pause(Optional<Duration> ttl, Limits limits, RandomGenerator random) {
    if (ttl.isEmpty()) {
      return Duration.ZERO;
    }
    Duration bounded = least(ttl.get(), limits.intervalMax());
    return spread(
        bounded.compareTo(limits.intervalMin()) < 0 ? limits.intervalMin() : bounded, random);
  }

  private static Duration spread(Duration wait, RandomGenerator random) {
    return Duration.ofNanos((long) (wait.toNanos() * (1 + JITTER * (2 * random.nextDouble() - 1))));
  }

  private static Duration least(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  /** The first of each name. */
  private static List<ServerConfig> unique(Collection<ServerConfig> servers) {
    Map<String, ServerConfig> byName = new LinkedHashMap<>();
    servers.forEach(server -> byName.putIfAbsent(server.name(), server));
    return List.copyOf(byName.values());
  }

  /** The servers of this that {@code other} does not name. */
  public List<ServerConfig> without(Knowledge other) {
    Set<String> names = new HashSet<>();
    other.servers.forEach(server -> names.add(server.name()));
    return servers.stream().filter(server -> !names.contains(server.name())).toList();
  }
}
