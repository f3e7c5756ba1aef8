package io.steelyard.config;

import io.steelyard.config.bind.Fields;
import io.steelyard.config.bind.MapOf;
import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Section;
import io.steelyard.config.bind.Value;
import io.steelyard.core.balance.HashKey;
import io.steelyard.core.session.SessionCookie;
import io.steelyard.core.snapshot.Protocol;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The whole document. */
final class ConfigSection {
  static final Option<List<ListenerConfig>> LISTENERS =
      Option.required(
          "listeners",
          new MapOf<>("listener", Names.TYPE, ListenerSection.TYPE),
          "Where clients connect, by name.");
  static final Option<List<PoolConfig>> POOLS =
      Option.required(
          "pools",
          new MapOf<>(PoolSection.NOUN, Names.TYPE, PoolSection.TYPE),
          "Servers that do the same work, by name.");
  static final Option<String> ZONE =
      Option.of("zone", Names.TYPE, "", "Where this node stands, for pools with prefer-zone.");
  static final Option<AdminConfig> ADMIN =
      Option.of("admin", AdminSection.TYPE, AdminConfig.DEFAULT, "The admin API.");
  static final Option<StateConfig> STATE =
      Option.of(
          "state",
          StateSection.TYPE,
          StateConfig.NONE,
          "What nodes have in common beside their configuration.");

  static final Option<ClusterConfig> CLUSTER =
      Option.of(
          "cluster",
          ClusterSection.TYPE,
          ClusterConfig.NONE,
          "The nodes that serve the same sites, and which of them this is.");

  static final Option<Optional<FromConfig>> FROM =
      Option.optional(
          "from",
          FromType.TYPE,
          "The store that listeners and pools come from, which nodes share; the rest is each"
              + " node's own.");

  static final Option<FromOptions> STORE =
      Option.of(
          "store", FromSection.TYPE, FromOptions.DEFAULT, "How the node goes about that store.");

  static final Section<Config> TYPE =
      Section.of(ConfigSection::build, FROM, STORE, LISTENERS, POOLS, ZONE, ADMIN, STATE, CLUSTER)
          .checked(ConfigSection::check)
          .checked(ConfigSection::checkFrom)
          .checked(FromSection::check)
          .checked(ConfigSection::checkZone)
          .checked(ConfigSection::checkSessions)
          .checked(f -> UdpRules.check(f, LISTENERS, POOLS))
          .checked(SharingRules::check)
          .checked(QuorumRules::check);

  private ConfigSection() {}

  /** The JSON Schema of a file: a whole configuration, or what is left beside a store. */
  static Map<String, Object> schema() {
    Map<String, Object> schema = new LinkedHashMap<>(TYPE.schema());
    Object whole = schema.remove("required");
    schema.put(
        "oneOf", List.of(Map.of("required", whole), Map.of("required", List.of(FROM.key()))));
    return schema;
  }

  /** The admin API listens also when nothing is said about it. */
  private static void check(Fields f) {
    Address address = AdminConfig.DEFAULT.address();
    if (!f.has(ADMIN)) {
      f.section()
          .binding()
          .claimed(ListenerSection.SOCKETS, SocketKeys.of(address).excludes())
          .ifPresent(at -> at.problem("overlaps '" + address + "', the default address of admin"));
    }
  }

  /** Read by itself, a text has nothing that would come from elsewhere. */
  private static void checkFrom(Fields f) {
    if (f.has(FROM) && f.section().binding().texts().size() == 1) {
      f.at(FROM).problem("listeners and pools come from there, they cannot stand here, too");
    }
  }

  private static void checkZone(Fields f) {
    if (!f.has(ZONE)) {
      for (Value prefers : f.section().binding().noted(PoolSection.ZONES)) {
        prefers.problem("the node's own 'zone' is not given: it stands beside 'pools'");
      }
    }
  }

  /** What passes through a TCP or UDP listener has no cookies; and no two pools share one. */
  private static void checkSessions(Fields f) {
    Map<String, PoolConfig> pools = new HashMap<>();
    f.find(POOLS).orElse(List.of()).forEach(pool -> pools.put(pool.name(), pool));
    for (ListenerConfig listener : f.find(LISTENERS).orElse(List.of())) {
      Set<String> names = new LinkedHashSet<>();
      listener.routes().forEach(route -> names.addAll(route.pools()));
      if (listener.protocol() != Protocol.HTTP) {
        String why =
            "listener '%s' is %s: only 'source: true' tells its sessions"
                .formatted(listener.name(), listener.protocol().name().toLowerCase(Locale.ROOT));
        names.forEach(pool -> atMeans(f, pool, why));
      } else {
        List<PoolConfig> sticky =
            names.stream()
                .map(pools::get)
                .filter(pool -> pool != null && pool.sticky().isPresent())
                .toList();
        checkCookies(f, listener, sticky);
      }
    }
  }

  /** A client keeps one cookie of a name; and what is the balancer's own no server gets to see. */
  private static void checkCookies(Fields f, ListenerConfig listener, List<PoolConfig> sticky) {
    Map<String, String> owners = new HashMap<>();
    for (PoolConfig pool : sticky) {
      if (pool.sticky().get().means() instanceof StickyConfig.Means.Cookie(SessionCookie cookie)) {
        String owner = owners.putIfAbsent(cookie.name(), pool.name());
        if (owner != null) {
          atMeans(
              f,
              pool.name(),
              "pool '%s' of listener '%s' has a cookie of that name, too"
                  .formatted(owner, listener.name()));
        }
      }
    }
    for (PoolConfig pool : sticky) {
      if (pool.sticky().get().means() instanceof StickyConfig.Means.Keyed keyed
          && keyed.key().kind() == HashKey.Kind.COOKIE
          && owners.containsKey(keyed.key().name())) {
        atMeans(
            f,
            pool.name(),
            "on listener '%s' that is the balancer's own cookie, of pool '%s'"
                .formatted(listener.name(), owners.get(keyed.key().name())));
      }
    }
  }

  private static void atMeans(Fields f, String pool, String problem) {
    f.section()
        .binding()
        .noted(new StickySection.OnlyHttp(pool))
        .forEach(means -> means.problem(problem));
  }

  private static Config build(Fields f) {
    return new Config(
        f.get(ZONE),
        f.get(LISTENERS),
        f.get(POOLS),
        f.get(ADMIN),
        f.get(STATE),
        f.get(CLUSTER).from(f.get(FROM).map(url -> OwnConfig.of(url, f.get(STORE)).from())),
        f.section().binding().files());
  }
}
