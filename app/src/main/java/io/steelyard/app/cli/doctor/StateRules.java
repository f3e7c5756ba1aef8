package io.steelyard.app.cli.doctor;

import static io.steelyard.app.cli.doctor.Finding.risk;
import static io.steelyard.app.cli.doctor.Finding.single;

import io.steelyard.app.cli.doctor.Facts.Settings;
import io.steelyard.config.Address;
import io.steelyard.config.FromConfig;
import io.steelyard.config.PoolConfig;
import io.steelyard.config.QuorumMode;
import io.steelyard.config.ShareConfig;
import io.steelyard.config.StickyConfig;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What nodes have in common: configuration, sessions, keys; and who may change it. */
final class StateRules {
  private static final String NOBODY_OWNS =
      "no node may own a virtual address ('quorum: store'): nobody is served there, and nothing can"
          + " be changed";

  private StateRules() {}

  static void judge(Facts facts, List<Finding> out) {
    int nodes = NodeRules.nodes(facts).orElse(1);
    facts
        .settings()
        .ifPresent(settings -> {
          from(settings, out);
          share(settings, out);
          sessions(settings, nodes, out);
          admin(settings, out);
        });
    facts
        .live()
        .ifPresent(live -> {
          live.shareTrouble()
              .ifPresent(trouble ->
                  out.add(
                      risk(
                          "degraded",
                          "what is shared may not all be known here: " + trouble,
                          "sessions that are not known are balanced anew",
                          "steelyard cluster says with whom it is not in step")));
          live.store()
              .ifPresent(away ->
                  out.add(
                      risk(
                          "store-away",
                          "the store of the configuration does not answer: " + away,
                          live.quorum().equals("store") && !live.vips().isEmpty()
                              ? NOBODY_OWNS
                              : "what is served goes on, but nothing can be changed",
                          "bring the store back; name all of its members in 'from'")));
        });
  }

  private static void from(Settings settings, List<Finding> out) {
    settings
        .unkept()
        .ifPresent(why ->
            out.add(
                risk(
                    "last-good",
                    "the last good configuration cannot be kept: " + why,
                    "a node that starts while the store is away serves nothing",
                    "store: {last-good: /var/lib/steelyard/last-good}, where the node may write")));
    if (settings.from().orElse(null) instanceof FromConfig.Store store
        && store.endpoints().size() == 1
        && !isAgent(store)) {
      String what = "'from' names one member of the store, " + store.endpoints().getFirst();
      String mend =
          "from: %s://10.0.0.21,10.0.0.22,10.0.0.23/steelyard"
              .formatted(store.toString().substring(0, store.toString().indexOf(':')));
      out.add(single("store-one-member", what, whileAway(settings), mend));
    }
  }

  private static String whileAway(Settings settings) {
    return settings.config().cluster().quorum() == QuorumMode.STORE
            && !settings.config().cluster().vips().isEmpty()
        ? "while it is away " + NOBODY_OWNS
        : "while it is away what is served goes on, but nothing can be changed";
  }

  /** Consul is asked at the machine's own agent, which knows its servers. */
  private static boolean isAgent(FromConfig.Store store) {
    return store.kind() == FromConfig.Kind.CONSUL && isLoopback(store.endpoints().getFirst());
  }

  private static void share(Settings settings, List<Finding> out) {
    if (!(settings.state().share() instanceof ShareConfig.Store store)
        || store.endpoints().size() > 1
        || store.kind() == ShareConfig.Kind.REDIS_CLUSTER) {
      return;
    }
    String tables = pools(settings, StickyConfig.Means.Keyed.class::isInstance);
    String what = "sessions are shared through one server, " + store.endpoints().getFirst();
    String mend =
        switch (store.kind()) {
          case REDIS, REDIS_CLUSTER ->
              "state: {share: \"redis+sentinel://h1,h2,h3/mymaster\"}, or without a store: peers";
          case REDIS_SENTINEL ->
              "state: {share: \"redis+sentinel://h1,h2,h3/" + store.master() + "\"}";
          case MEMCACHED -> "state: {share: peers}, or memcached://h1,h2";
        };
    if (tables.isEmpty() || store.kind() == ShareConfig.Kind.REDIS_SENTINEL) {
      out.add(risk("share-one-store", what, "while it is away nodes do not tell each other", mend));
    } else {
      out.add(
          single(
              "share-one-store",
              what,
              "while it is away a node does not know the sessions of others, in " + tables,
              mend));
    }
  }

  private static void sessions(Settings settings, int nodes, List<Finding> out) {
    boolean several = nodes > 1;
    String tables = pools(settings, StickyConfig.Means.Keyed.class::isInstance);
    if (several && !tables.isEmpty() && settings.state().share() instanceof ShareConfig.None) {
      out.add(
          single(
              "sessions-not-shared",
              "sessions of %s are remembered by each node for itself".formatted(tables),
              "when a node fails its sessions are forgotten, and balanced anew by the next one",
              "state: {share: peers}, on all nodes; or sticky: {cookie: srv}, which needs no table"));
    }
    String cookies = pools(settings, StickyConfig.Means.Cookie.class::isInstance);
    boolean common = settings.state().keys().isPresent() || settings.cluster().key().isPresent();
    if (!cookies.isEmpty() && !common) {
      String what =
          "cookies of %s are signed with a key that each process makes".formatted(cookies);
      String mend = "openssl rand -hex 32 > site.keys; state: {keys: site.keys}, on all nodes";
      out.add(
          several
              ? single("cookies-own-key", what, "another node does not understand them", mend)
              : risk("cookies-own-key", what, "after a restart nobody understands them", mend));
    }
  }

  /** Names of the pools whose sessions are told by such means. */
  private static String pools(Settings settings, Predicate<StickyConfig.Means> means) {
    String names =
        settings.config().pools().stream()
            .filter(pool -> pool.sticky().map(StickyConfig::means).filter(means).isPresent())
            .map(PoolConfig::name)
            .collect(Collectors.joining(", "));
    return names.isEmpty() ? "" : "pool " + names;
  }

  private static void admin(Settings settings, List<Finding> out) {
    if (!isLoopback(settings.admin().address()) && settings.admin().tls().isEmpty()) {
      out.add(
          risk(
              "admin-plain",
              "the admin API is at %s without TLS".formatted(settings.admin().address()),
              "who reads the token on its way can change this node",
              "admin: {tls: {certificate: lb1.pem, key: lb1.key}}, or address: \"127.0.0.1:7700\""));
    }
  }

  private static boolean isLoopback(Address.Tcp address) {
    if (address.host().isEmpty() || address.isName()) {
      return address.host().equals("localhost");
    }
    return InetAddress.ofLiteral(address.host()).isLoopbackAddress();
  }
}
