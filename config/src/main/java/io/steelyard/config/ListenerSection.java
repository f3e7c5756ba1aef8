package io.steelyard.config;

import io.steelyard.config.bind.Fields;
import io.steelyard.config.bind.ListOf;
import io.steelyard.config.bind.NameOf;
import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Scalar;
import io.steelyard.config.bind.Scalars;
import io.steelyard.config.bind.Section;
import io.steelyard.config.bind.Value;
import io.steelyard.core.route.Action.Redirect;
import io.steelyard.core.route.Conditions;
import io.steelyard.core.route.Treatment;
import io.steelyard.core.snapshot.AccessLog;
import io.steelyard.core.snapshot.ListenerLimits;
import io.steelyard.core.snapshot.ListenerPolicy;
import io.steelyard.core.snapshot.ListenerTimeouts;
import io.steelyard.core.snapshot.Protocol;
import io.steelyard.core.snapshot.TlsTerms;
import io.steelyard.core.snapshot.TrustedProxies;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@code listeners.NAME}. */
final class ListenerSection {
  /** The scope in which no two sockets may have the same address. */
  static final String SOCKETS = "sockets";

  /** The same for sockets of datagrams: a port of UDP is not that of TCP. */
  private static final String DATAGRAM_SOCKETS = "datagram sockets";

  private static final Scalar<Duration> TIMEOUT =
      Scalars.duration(Duration.ofMillis(1), Duration.ofDays(1));
  private static final Scalar<Duration> LONG_TIMEOUT =
      Scalars.duration(Duration.ofMillis(1), Duration.ofDays(30));

  // timeouts
  static final Option<Duration> HEAD =
      Option.of(
          "head",
          TIMEOUT,
          ListenerTimeouts.DEFAULT.head(),
          "For a request's whole head, from its first byte or from accept.");
  static final Option<Duration> IDLE =
      Option.of(
          "idle",
          TIMEOUT,
          ListenerTimeouts.DEFAULT.idle(),
          "Between two requests of a connection; between two datagrams, in either direction, of a"
              + " udp listener's client, whose session ends then.");
  static final Option<Duration> BODY =
      Option.of(
          "body",
          TIMEOUT,
          ListenerTimeouts.DEFAULT.body(),
          "Between two reads or writes while a body is under way.");
  static final Option<Duration> TUNNEL =
      Option.of(
          "tunnel",
          LONG_TIMEOUT,
          ListenerTimeouts.DEFAULT.tunnel(),
          "Between two bytes, in either direction, of a TCP or upgraded connection.");
  static final Section<ListenerTimeouts> TIMEOUTS_TYPE =
      Section.of(
          f -> new ListenerTimeouts(f.get(HEAD), f.get(IDLE), f.get(BODY), f.get(TUNNEL)),
          HEAD,
          IDLE,
          BODY,
          TUNNEL);

  // limits
  static final Option<Integer> CONNECTIONS =
      Option.of(
          "connections",
          Scalars.wholeNumber(1, 10_000_000),
          ListenerLimits.DEFAULT.connections(),
          "Connections at a time; further ones wait in the kernel's backlog. Of a udp listener"
              + " clients that have a session; what further ones send is dropped.");
  static final Option<Integer> HEAD_SIZE =
      Option.of(
          "head-size",
          Scalars.size(1024, 16 * 1024),
          ListenerLimits.DEFAULT.headBytes(),
          "A request's line and header fields together; more is answered 431.");
  static final Option<Integer> HEADER_FIELDS =
      Option.of(
          "header-fields",
          Scalars.wholeNumber(1, 1024),
          ListenerLimits.DEFAULT.headerFields(),
          "Header fields of a request; more is answered 431.");
  static final Section<ListenerLimits> LIMITS_TYPE =
      Section.of(
          f -> new ListenerLimits(f.get(CONNECTIONS), f.get(HEAD_SIZE), f.get(HEADER_FIELDS)),
          CONNECTIONS,
          HEAD_SIZE,
          HEADER_FIELDS);

  static final Option<Address> ADDRESS =
      Option.required(
          "address", AddressText.LISTEN, "Where to listen; \":port\" is every address.");
  static final Option<Protocol> PROTOCOL =
      Option.of("protocol", protocols(), Protocol.HTTP, "What clients speak.");
  static final Option<AccessLog> ACCESS_LOG =
      Option.of("access-log", accessLogs(), AccessLog.JSON, "The form of the access log's lines.");
  static final Option<Optional<List<RouteConfig>>> ROUTES =
      Option.optional(
          "routes",
          new ListOf<>("route", RouteSection.TYPE, 1),
          "The first route that matches wins; none matches: 404.");
  static final Option<Optional<String>> POOL =
      Option.optional(
          "pool",
          new NameOf(PoolSection.NOUN, Names.TYPE),
          "Short for one route that matches everything; what a tcp or udp listener has.");
  static final Option<Optional<Redirect>> REDIRECT_TO_HTTPS =
      Option.optional(
          "redirect-to-https",
          RedirectSection.HTTPS,
          "Short for one route that sends every client to https on the same host (308): true, or"
              + " {port: 8443}.");
  static final Option<String> HSTS =
      Option.of(
          "hsts",
          HstsSection.TYPE,
          "",
          "Tells clients in every response, by Strict-Transport-Security, to ask over TLS only.");
  static final Option<List<TrustedProxies.Network>> TRUSTED_PROXIES =
      Option.of(
          "trusted-proxies",
          new ListOf<>("trusted network", NetworkText.TYPE, 0),
          TrustedProxies.NONE.networks(),
          "Networks whose X-Forwarded-* headers are believed; none by default.");
  static final Option<List<TrustedProxies.Network>> ACCEPT_PROXY_PROTOCOL =
      Option.of(
          "accept-proxy-protocol",
          new ListOf<>("network", NetworkText.TYPE, 0),
          TrustedProxies.NONE.networks(),
          "Networks of proxies whose connections begin with a PROXY header, of version 1 or 2; who"
              + " connects from elsewhere speaks for itself.");
  static final Option<Optional<TlsTerms>> TLS =
      Option.optional("tls", new TlsType(), "Clients are served over TLS only.");
  static final Option<ListenerTimeouts> TIMEOUTS =
      Option.of(
          "timeouts", TIMEOUTS_TYPE, ListenerTimeouts.DEFAULT, "How long to wait for clients.");
  static final Option<ListenerLimits> LIMITS =
      Option.of("limits", LIMITS_TYPE, ListenerLimits.DEFAULT, "What is accepted at most.");

  static final Section<ListenerConfig> TYPE =
      Section.of(
              ListenerSection::build,
              ADDRESS,
              PROTOCOL,
              ACCESS_LOG,
              ROUTES,
              POOL,
              REDIRECT_TO_HTTPS,
              HSTS,
              AccessOptions.ALLOW,
              AccessOptions.DENY,
              TRUSTED_PROXIES,
              ACCEPT_PROXY_PROTOCOL,
              TLS,
              TIMEOUTS,
              LIMITS)
          .exactlyOneOf(POOL, ROUTES, REDIRECT_TO_HTTPS)
          .checked(ListenerSection::check);

  private ListenerSection() {}

  private static Scalar<Protocol> protocols() {
    LinkedHashMap<String, Protocol> choices = new LinkedHashMap<>();
    choices.put("http", Protocol.HTTP);
    choices.put("tcp", Protocol.TCP);
    choices.put("udp", Protocol.UDP);
    return Scalars.choice(choices, List.of());
  }

  private static Scalar<AccessLog> accessLogs() {
    LinkedHashMap<String, AccessLog> choices = new LinkedHashMap<>();
    choices.put("json", AccessLog.JSON);
    choices.put("combined", AccessLog.COMBINED);
    choices.put("haproxy", AccessLog.HAPROXY);
    choices.put("none", AccessLog.NONE);
    return Scalars.choice(choices, List.of());
  }

  private static void check(Fields f) {
    Protocol protocol = f.find(PROTOCOL).orElse(Protocol.HTTP);
    if (protocol != Protocol.HTTP && f.has(ROUTES) && !f.has(POOL)) {
      f.at(ROUTES)
          .problem(
              "a %s listener has one 'pool' and no routes"
                  .formatted(protocol.name().toLowerCase(Locale.ROOT)));
    }
    checkHttpOnly(f, protocol);
    if (protocol == Protocol.UDP) {
      UdpRules.check(f, ADDRESS, POOL, List.of(TLS, TRUSTED_PROXIES, ACCEPT_PROXY_PROTOCOL));
      f.find(ADDRESS)
          .ifPresent(address -> claim(DATAGRAM_SOCKETS, address, f.at(ADDRESS), f.section()));
      return;
    }
    if (f.has(TLS) && f.has(REDIRECT_TO_HTTPS)) {
      f.at(REDIRECT_TO_HTTPS).problem("clients of this listener speak TLS already");
    }
    if (!f.has(TLS) && f.has(HSTS)) {
      f.at(HSTS).problem("clients believe it over TLS only (RFC 6797): this listener has no 'tls'");
    }
    if (f.has(ACCEPT_PROXY_PROTOCOL)
        && f.find(ADDRESS).filter(Address.Unix.class::isInstance).isPresent()) {
      f.at(ACCEPT_PROXY_PROTOCOL).problem("who connects to a UNIX socket has no network");
    }
    f.find(ADDRESS).ifPresent(address -> claim(address, f.at(ADDRESS), f.section()));
  }

  private static void checkHttpOnly(Fields f, Protocol protocol) {
    for (Option<?> option :
        List.of(REDIRECT_TO_HTTPS, HSTS, AccessOptions.ALLOW, AccessOptions.DENY)) {
      if (protocol != Protocol.HTTP && f.has(option)) {
        f.at(option)
            .problem(
                "a %s listener does not know what requests are"
                    .formatted(protocol.name().toLowerCase(Locale.ROOT)));
      }
    }
  }

  /** No two may listen where clients could mean either. */
  static void claim(Address address, Value at, Value owner) {
    claim(SOCKETS, address, at, owner);
  }

  private static void claim(String scope, Address address, Value at, Value owner) {
    SocketKeys keys = SocketKeys.of(address);
    at.binding().claim(scope, keys.has(), keys.excludes(), at, owner, "address '" + address + "'");
  }

  private static ListenerConfig build(Fields f) {
    List<RouteConfig> routes =
        f.get(POOL)
            .map(pool -> List.of(new RouteConfig("", "", pool)))
            .or(() -> f.get(ROUTES))
            .or(() -> f.get(REDIRECT_TO_HTTPS).map(ListenerSection::everything))
            .orElse(List.of());
    return new ListenerConfig(
        f.name(),
        f.get(ADDRESS),
        f.get(PROTOCOL),
        f.get(ACCESS_LOG),
        new TrustedProxies(f.get(TRUSTED_PROXIES)),
        new TrustedProxies(f.get(ACCEPT_PROXY_PROTOCOL)),
        f.get(TLS),
        routes,
        f.get(TIMEOUTS),
        f.get(LIMITS),
        new ListenerPolicy(AccessOptions.build(f), f.get(HSTS)));
  }

  private static List<RouteConfig> everything(Redirect how) {
    return List.of(
        new RouteConfig(
            "", "", Conditions.NONE, Treatment.NONE, new RouteConfig.Action.Redirected(how)));
  }
}
