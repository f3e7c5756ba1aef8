package io.steelyard.app.node;

import io.steelyard.core.balance.Algorithm;
import io.steelyard.core.balance.HashKey;
import io.steelyard.core.health.Health;
import io.steelyard.core.health.Standing;
import io.steelyard.core.health.Wish;
import io.steelyard.core.route.Route;
import io.steelyard.core.route.RouteTable;
import io.steelyard.core.server.PoolState;
import io.steelyard.core.server.ServerId;
import io.steelyard.core.server.ServerState;
import io.steelyard.core.session.Keyring;
import io.steelyard.core.session.SessionCookie;
import io.steelyard.core.session.Sticky;
import io.steelyard.core.snapshot.AccessLog;
import io.steelyard.core.snapshot.Balancing;
import io.steelyard.core.snapshot.HoldDown;
import io.steelyard.core.snapshot.Listener;
import io.steelyard.core.snapshot.ListenerLimits;
import io.steelyard.core.snapshot.ListenerPolicy;
import io.steelyard.core.snapshot.ListenerTimeouts;
import io.steelyard.core.snapshot.LoadReporting;
import io.steelyard.core.snapshot.PassiveHealth;
import io.steelyard.core.snapshot.Pool;
import io.steelyard.core.snapshot.PoolLimits;
import io.steelyard.core.snapshot.PoolTimeouts;
import io.steelyard.core.snapshot.Protocol;
import io.steelyard.core.snapshot.Server;
import io.steelyard.core.snapshot.Snapshot;
import io.steelyard.core.snapshot.TrustedProxies;
import io.steelyard.core.snapshot.Upstream;
import io.steelyard.proxy.Proxy;
import io.steelyard.proxy.ProxyOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Another data plane of this process, which serves this process itself on loopback for a moment. A
 * standby serves nobody until it gets an address, and then many at once: without this the first
 * answers would take some 20 ms, as Java does everything slowly the first time. No server of the
 * user's is asked, and nothing is counted or logged.
 */
final class DataPlaneRehearsal {
  /** Twice as many as it takes until no answer takes a millisecond, where it was measured. */
  static final int REQUESTS = 1500;

  private static final Duration LONGEST = Duration.ofSeconds(3);
  private static final int TIMEOUT_MS = 1000;
  private static final String NAME = "rehearsal";
  private static final String COOKIE = "srv";

  private DataPlaneRehearsal() {}

  /**
   * Ends after some thousand requests, and after three seconds at the latest.
   *
   * @param transport as {@link Proxy#transport}
   * @return how many requests were answered by the server
   * @throws IOException if there are no sockets to be had
   */
  static int run(String transport) throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (RehearsalServer server = RehearsalServer.start(loopback);
        Proxy proxy = Proxy.start(new ProxyOptions(1, Optional.of(transport)))) {
      Snapshot snapshot = snapshot(new InetSocketAddress(loopback, 0), server.address());
      proxy.prepare(snapshot);
      proxy.bind(snapshot.listeners());
      proxy.publish(snapshot);
      return ask((InetSocketAddress) proxy.address(NAME));
    }
  }

  private static int ask(InetSocketAddress proxy) throws IOException {
    String cookie = "";
    int answered = 0;
    long startNs = System.nanoTime();
    for (int i = 0; i < REQUESTS && System.nanoTime() - startNs < LONGEST.toNanos(); i++) {
      String answer = ask(proxy, cookie);
      cookie = cookie.isEmpty() ? cookie(answer) : cookie;
      answered += answer.startsWith("HTTP/1.1 200 ") ? 1 : 0;
    }
    return answered;
  }

  /** On a connection of its own: so do clients come whose balancer is gone. */
  private static String ask(InetSocketAddress proxy, String cookie) throws IOException {
    String request =
        "GET / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\nUser-Agent: %s\r\n%s\r\n"
            .formatted(NAME, NAME, cookie);
    try (Socket socket = new Socket(proxy.getAddress(), proxy.getPort())) {
      socket.setSoTimeout(TIMEOUT_MS);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  private static String cookie(String answer) {
    return answer
        .lines()
        .filter(line -> line.startsWith("Set-Cookie: "))
        .map(line -> line.substring("Set-".length()).split(";", 2)[0] + "\r\n")
        .findFirst()
        .orElse("");
  }

  private static SessionCookie cookie() {
    return new SessionCookie(
        COOKIE,
        Duration.ZERO,
        Duration.ZERO,
        "/",
        "",
        SessionCookie.Secure.AUTO,
        SessionCookie.SameSite.LAX,
        true);
  }

  private static Snapshot snapshot(InetSocketAddress listens, InetSocketAddress serves) {
    return new Snapshot(1, List.of(listener(listens)), List.of(pool(serves)), 1);
  }

  private static Listener listener(InetSocketAddress at) {
    return new Listener(
        NAME,
        at,
        Protocol.HTTP,
        AccessLog.NONE,
        TrustedProxies.NONE,
        TrustedProxies.NONE,
        Optional.empty(),
        new RouteTable(List.of(new Route("", "", 0))),
        ListenerTimeouts.DEFAULT,
        ListenerLimits.DEFAULT,
        ListenerPolicy.NONE);
  }

  private static Pool pool(InetSocketAddress at) {
    PoolState state = new PoolState(NAME, 1);
    Standing standing = new Standing(Wish.SERVE, Health.unknown(1, 1));
    ServerState serves = new ServerState(new ServerId(NAME, NAME), state, standing);
    return new Pool(
        NAME,
        new Balancing(Algorithm.LEAST_CONNECTIONS, HashKey.ADDRESS, 0, "", Duration.ZERO, 0),
        List.of(new Server(NAME, at, 1, 0, false, "", serves)),
        PoolTimeouts.DEFAULT,
        PoolLimits.DEFAULT,
        PassiveHealth.NONE,
        HoldDown.NONE,
        LoadReporting.NONE,
        new Sticky(
            new Sticky.Means.Cookie(
                cookie(), Keyring.of(List.of(new byte[Keyring.SECRET_BYTES_MIN]))),
            Sticky.NONE.fallback(),
            Sticky.NONE.returns()),
        Upstream.PLAIN,
        state);
  }
}
