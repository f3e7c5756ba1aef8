package io.steelyard.app.contract;

import io.steelyard.app.contract.Node.Kind;
import io.steelyard.app.contract.Node.Site;
import io.steelyard.app.launcher.Launched;
import io.steelyard.app.launcher.Web;
import io.steelyard.testkit.NginxConfiguration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The balancers that are compared, each set up as its manual says. */
final class Kinds {
  private static final AtomicInteger WRITTEN = new AtomicInteger();

  static final Kind STEELYARD_COOKIE = steelyard("Steelyard, cookie", "{cookie: srv}");
  static final Kind STEELYARD_HASH =
      new SteelyardKind(
          "Steelyard, table over hash",
          "{header: X-User}",
          "hash, hash-key: header:X-User",
          Share.NONE);
  static final Kind STEELYARD_TABLE = steelyard("Steelyard, table", "{header: X-User}");
  static final Kind STEELYARD_PEERS = shared("Steelyard, table + peers", Share.PEERS);
  static final Kind STEELYARD_REDIS = shared("Steelyard, table + Redis 7", Share.REDIS);
  static final Kind STEELYARD_MEMCACHED = shared("Steelyard, table + memcached", Share.MEMCACHED);
  static final Kind HAPROXY_COOKIE =
      haproxy("HAProxy 2.6, cookie", "  cookie srv insert indirect nocache\n", true);
  static final Kind HAPROXY_TABLE =
      haproxy(
          "HAProxy 2.6, stick table + peers",
          "  stick-table type ip size 100k expire 30m peers lbs\n  stick on src\n",
          false);
  static final Kind NGINX_IP_HASH = new NginxKind();

  private Kinds() {}

  private static String each(Site site, Function<NamedServer, String> line) {
    return site.servers().stream().map(line).collect(Collectors.joining());
  }

  private static Kind steelyard(String title, String sticky) {
    return new SteelyardKind(title, sticky, "round-robin", Share.NONE);
  }

  private static Kind shared(String title, Share share) {
    return new SteelyardKind(title, "{header: X-User}", "round-robin", share);
  }

  /** What nodes share their sessions through. */
  private enum Share {
    NONE,
    PEERS,
    REDIS,
    MEMCACHED
  }

  private record SteelyardKind(String title, String sticky, String balance, Share share)
      implements Kind {
    private static final String KEY = "0123456789abcdef".repeat(4);

    @Override
    public Optional<StoreKind> store() {
      return switch (share) {
        case NONE, PEERS -> Optional.empty();
        case REDIS -> Optional.of(StoreKind.REDIS);
        case MEMCACHED -> Optional.of(StoreKind.MEMCACHED);
      };
    }

    @Override
    public boolean inStep(Site site) {
      return metrics(site).contains("steelyard_share_degraded 0");
    }

    @Override
    public boolean ready(Site site) {
      return get(site, "/readyz").startsWith("200 ");
    }

    private static String metrics(Site site) {
      return get(site, "/metrics");
    }

    /** Empty as long as it does not tell. */
    private static String get(Site site, String path) {
      try {
        return Web.get("http://127.0.0.1:" + site.adminPort() + path);
      } catch (UncheckedIOException e) {
        return "";
      }
    }

    /** A node that asks a store remembers who has come, and need not remember more. */
    @Override
    public int remembered(Site site) {
      if (share != Share.PEERS) {
        return 0;
      }
      return metrics(site)
          .lines()
          .filter(line -> line.startsWith("steelyard_sessions "))
          .mapToInt(line -> (int) Double.parseDouble(line.substring(line.indexOf(' '))))
          .findAny()
          .orElse(0);
    }

    private String sharing(Site site) {
      return switch (share) {
        case NONE -> "none";
        case PEERS -> "peers";
        case REDIS -> "\"redis://127.0.0.1:%d\"".formatted(site.links().store(site.index()));
        case MEMCACHED ->
            "\"memcached://127.0.0.1:%d\"".formatted(site.links().store(site.index()));
      };
    }

    @Override
    public String configuration(Site site) {
      try {
        Files.writeString(site.dir().resolve("keys"), KEY);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return """
      listeners: {web: {address: "127.0.0.1:%d", access-log: none, pool: app}}
      pools:
        app:
          sticky: %s
          balance: %s
          health: {tcp: true, interval: 300ms, timeout: %dms, fall: 2}
          servers:
      %s
      state: {keys: keys, share: %s%s}
      cluster:
        node: n%d
        bind: "127.0.0.1:%d"
        peers: ["127.0.0.1:%d"]
        key: keys
      admin: {address: "127.0.0.1:%d"}
      """
          .formatted(
              site.port(),
              sticky,
              balance.replace(", ", "\n    "),
              // What is equal is not served anew: each one differs.
              2000 + WRITTEN.incrementAndGet() % 500,
              each(
                  site,
                  s ->
                      "      - {name: %s, address: \"127.0.0.1:%d\"}\n"
                          .formatted(s.name(), s.port())),
              sharing(site),
              store().isEmpty() ? "" : ", lookup-timeout: 250ms",
              site.index(),
              site.links().own(site.index()),
              site.links().other(site.index()),
              site.adminPort());
    }

    @Override
    public List<String> command(Path file, Site site) {
      return List.of(Launched.LAUNCHER.toString(), "run", file.toString());
    }

    @Override
    public String reload() {
      return "HUP";
    }

    @Override
    public boolean reloaded(Site site, int times, boolean newWorker) {
      return Web.get("http://127.0.0.1:" + site.adminPort() + "/metrics")
          .lines()
          .filter(line -> line.startsWith("steelyard_config_revision "))
          .anyMatch(line -> Double.parseDouble(line.substring(line.indexOf(' '))) > times);
    }
  }

  private static Kind haproxy(String title, String sticky, boolean cookie) {
    Function<Site, String> file =
        site ->
            """
            global
              maxconn 4000
              stats socket %5$s/stats
            defaults
              mode http
              timeout connect 1s
              timeout client 30s
              timeout server 30s
              retries 3
              option redispatch 1
            peers lbs
              peer n%1$d 127.0.0.1:%2$d
              peer n%7$d 127.0.0.1:%8$d
            frontend in
              bind 127.0.0.1:%3$d
              default_backend app
            backend app
              balance roundrobin
            %4$s%6$s
            """
                .formatted(
                    site.index(),
                    site.links().own(site.index()),
                    site.port(),
                    sticky,
                    site.dir(),
                    each(
                        site,
                        s ->
                            "  server %1$s 127.0.0.1:%2$d check inter 300 fall 2%3$s\n"
                                .formatted(
                                    s.name(), s.port(), cookie ? " cookie " + s.name() : "")),
                    1 - site.index(),
                    site.links().other(site.index()));
    return new HaProxyKind(title, file);
  }

  private record HaProxyKind(String title, Function<Site, String> file) implements Kind {
    private static final Pattern USED = Pattern.compile("used:(\\d+)");

    @Override
    public String configuration(Site site) {
      return file.apply(site);
    }

    @Override
    public List<String> command(Path path, Site site) {
      return List.of("haproxy", "-W", "-L", "n" + site.index(), "-f", path.toString());
    }

    @Override
    public String reload() {
      return "USR2";
    }

    /** What its stick table holds. */
    @Override
    public int remembered(Site site) {
      try (SocketChannel stats =
          SocketChannel.open(UnixDomainSocketAddress.of(site.dir().resolve("stats")))) {
        stats.write(ByteBuffer.wrap("show table\n".getBytes(StandardCharsets.US_ASCII)));
        byte[] answer = Channels.newInputStream(stats).readAllBytes();
        Matcher used = USED.matcher(new String(answer, StandardCharsets.US_ASCII));
        return used.find() ? Integer.parseInt(used.group(1)) : 0;
      } catch (IOException e) {
        return 0;
      }
    }
  }

  private record NginxKind() implements Kind {
    @Override
    public String title() {
      return "nginx 1.22, ip_hash";
    }

    @Override
    public String configuration(Site site) {
      String main = "worker_processes 1; events { worker_connections 4096; }";
      String http =
          """
          upstream app {
            ip_hash;
          %s
          }
          server {
            listen 127.0.0.1:%d backlog=4096;
            location / { proxy_pass http://app; }
          }
          """
              .formatted(
                  each(site, s -> "  server 127.0.0.1:%d;\n".formatted(s.port())), site.port());
      return NginxConfiguration.of(site.dir(), main, http);
    }

    @Override
    public List<String> command(Path file, Site site) {
      return List.of("/usr/sbin/nginx", "-p", site.dir().toString(), "-c", file.toString());
    }

    @Override
    public String reload() {
      return "HUP";
    }
  }
}
