package io.steelyard.share.redis;

import io.steelyard.share.store.StoreUrl;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import redis.clients.jedis.HostAndPort;

/**
 * Where Redis is, as a URL says it.
 *
 * @param kind how many servers there are, and who knows which one to ask
 * @param tls whether to talk to all of them through TLS
 * @param nodes the server, the sentinels, or some nodes of the cluster; at least one
 * @param master what the sentinels call the master; empty without sentinels
 * @param db number of the database, 0 in a cluster
 * @param user null for the default one
 * @param password null if there is none
 * @param sentinelPassword null if sentinels are told none
 */
record RedisUrl(
    Kind kind,
    boolean tls,
    Set<HostAndPort> nodes,
    String master,
    int db,
    String user,
    String password,
    String sentinelPassword) {
  private static final int PORT_DEFAULT = 6379;
  private static final int SENTINEL_PORT_DEFAULT = 26379;
  private static final int NODES_MAX = 64;

  /** How many servers there are, and who knows which one to ask. */
  enum Kind {
    /** One server. */
    SINGLE(""),
    /** One server, and others that take its place; sentinels know which one it is. */
    SENTINEL("+sentinel"),
    /** Many servers, each with a share of the keys. */
    CLUSTER("+cluster");

    private final String suffix;

    Kind(String suffix) {
      this.suffix = suffix;
    }
  }

  /**
   * Reads a URL; credentials beside it win over those in it.
   *
   * @throws IllegalArgumentException if it is none that is understood; says why without secrets
   */
  static RedisUrl parse(String text, String user, String password) {
    StoreUrl url = StoreUrl.of(text);
    String scheme = url.scheme();
    Kind kind = kind(scheme);
    String authority = url.authority();
    if (authority == null) {
      throw bad(scheme, "it is to be scheme://host:port and what the scheme allows");
    }
    int at = authority.lastIndexOf('@');
    String[] info = at < 0 ? new String[0] : authority.substring(0, at).split(":", 2);
    String infoUser = info.length == 2 && !info[0].isEmpty() ? decoded(scheme, info[0]) : null;
    String infoPassword = info.length == 0 ? null : decoded(scheme, info[info.length - 1]);
    List<String> path =
        Stream.of(url.path().split("/", -1)).filter(part -> !part.isEmpty()).toList();
    int names = kind == Kind.SENTINEL ? 1 : 0;
    if (path.size() < names || path.size() > names + (kind == Kind.CLUSTER ? 0 : 1)) {
      throw bad(scheme, "its path is to be " + wanted(kind));
    }
    return new RedisUrl(
        kind,
        scheme.startsWith("rediss"),
        nodes(scheme, kind, authority.substring(at + 1)),
        names == 1 ? path.getFirst() : "",
        path.size() > names ? number(scheme, path.getLast(), "database", 1_000_000) : 0,
        user == null ? infoUser : user,
        password == null ? infoPassword : password,
        null);
  }

  /** The same with what sentinels are told; null: nothing. */
  RedisUrl withSentinelPassword(String given) {
    return new RedisUrl(kind, tls, nodes, master, db, user, password, given);
  }

  private static Kind kind(String scheme) {
    for (Kind kind : Kind.values()) {
      if (scheme.equals("redis" + kind.suffix) || scheme.equals("rediss" + kind.suffix)) {
        return kind;
      }
    }
    throw bad(scheme, "redis or rediss was expected, alone or with +sentinel or +cluster");
  }

  private static String wanted(Kind kind) {
    return switch (kind) {
      case SINGLE -> "empty or /database";
      case SENTINEL -> "/name-of-the-master or /name-of-the-master/database";
      case CLUSTER -> "empty";
    };
  }

  private static Set<HostAndPort> nodes(String scheme, Kind kind, String hosts) {
    Set<HostAndPort> nodes = new LinkedHashSet<>();
    for (String each : hosts.split(",", -1)) {
      nodes.add(node(scheme, kind, each));
    }
    if (nodes.size() > (kind == Kind.SINGLE ? 1 : NODES_MAX)) {
      throw bad(scheme, "it names too many hosts");
    }
    return nodes;
  }

  private static HostAndPort node(String scheme, Kind kind, String text) {
    int colon = text.lastIndexOf(':');
    boolean port = colon > text.lastIndexOf(']');
    String host = port ? text.substring(0, colon) : text;
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      throw bad(scheme, "an address of IPv6 is to stand in brackets");
    }
    if (host.isEmpty()) {
      throw bad(scheme, "a host is missing");
    }
    int fallback = kind == Kind.SENTINEL ? SENTINEL_PORT_DEFAULT : PORT_DEFAULT;
    return new HostAndPort(
        host, port ? number(scheme, text.substring(colon + 1), "port", 65_535) : fallback);
  }

  private static int number(String scheme, String text, String what, int max) {
    if (text.matches("\\d{1,7}") && Integer.parseInt(text) <= max) {
      return Integer.parseInt(text);
    }
    throw bad(scheme, "its " + what + " is no number up to " + max);
  }

  private static String decoded(String scheme, String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      throw bad(scheme, "'%' in a user or a password is to be %25");
    }
  }

  private static IllegalArgumentException bad(String scheme, String why) {
    return new IllegalArgumentException("URL of Redis with scheme \"" + scheme + "\": " + why);
  }

  private static String shown(HostAndPort node) {
    String host = node.getHost();
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + node.getPort();
  }

  /** {@code text} without the passwords, wherever a server may have put them. */
  String redacted(String text) {
    return redacted(redacted(text, password), sentinelPassword);
  }

  private static String redacted(String text, String secret) {
    return secret == null || secret.isEmpty() ? text : text.replace(secret, "***");
  }

  /** The URL without user and password. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(tls ? "rediss" : "redis").append(kind.suffix);
    text.append("://").append(String.join(",", nodes.stream().map(RedisUrl::shown).toList()));
    if (kind == Kind.SENTINEL) {
      text.append('/').append(master);
    }
    if (db != 0) {
      text.append('/').append(db);
    }
    return text.toString();
  }
}
