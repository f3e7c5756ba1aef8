package io.steelyard.config;

import io.steelyard.config.bind.Fields;
import io.steelyard.config.bind.MapOf;
import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Section;
import io.steelyard.config.bind.Value;
import io.steelyard.core.snapshot.Protocol;
import java.util.List;

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

  static final Section<Config> TYPE =
      Section.of(ConfigSection::build, LISTENERS, POOLS, ZONE, ADMIN, STATE)
          .later("from", "cluster")
          .checked(ConfigSection::check)
          .checked(ConfigSection::checkZone)
          .checked(ConfigSection::checkSessions);

  private ConfigSection() {}

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

  private static void checkZone(Fields f) {
    if (!f.has(ZONE)) {
      for (Value prefers : f.section().binding().noted(PoolSection.ZONES)) {
        prefers.problem("the node's own 'zone' is not given: it stands beside 'pools'");
      }
    }
  }

  /** What passes through a TCP listener has no cookies. */
  private static void checkSessions(Fields f) {
    for (ListenerConfig listener : f.find(LISTENERS).orElse(List.of())) {
      if (listener.protocol() == Protocol.TCP) {
        for (RouteConfig route : listener.routes()) {
          for (Value means :
              f.section().binding().noted(new StickySection.OnlyHttp(route.pool()))) {
            means.problem(
                "listener '%s' is tcp: only 'source: true' tells its sessions"
                    .formatted(listener.name()));
          }
        }
      }
    }
  }

  private static Config build(Fields f) {
    return new Config(
        f.get(ZONE),
        f.get(LISTENERS),
        f.get(POOLS),
        f.get(ADMIN),
        f.get(STATE),
        f.section().binding().files());
  }
}
