package io.steelyard.proxy;

import io.steelyard.core.session.CookieNames;
import io.steelyard.core.session.CookieTokens;
import io.steelyard.core.session.SessionCookie;
import io.steelyard.core.session.SessionEntry;
import io.steelyard.core.session.Sticky;
import io.steelyard.core.session.StickyResult;
import io.steelyard.core.snapshot.Pool;
import io.steelyard.core.snapshot.Server;
import io.steelyard.wire.http1.RequestHead;
import io.steelyard.wire.http1.ResponseHead;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** Sessions that a cookie of the balancer's own tells: nothing has to be remembered of them. */
final class CookieSessions implements Sessions {
  private static final long SESSION_MASK = 0xFFFF_FFFF_FFFFL;

  private final List<Server> servers;
  private final byte[] name;
  private final CookieTokens tokens;
  private final RandomGenerator random;
  private final byte[] before;
  private final byte[] after;

  CookieSessions(Pool pool, Sticky.Means.Cookie means, CookieNames names, RandomGenerator random) {
    SessionCookie cookie = means.cookie();
    this.servers = pool.servers();
    this.name = ascii(cookie.name());
    this.tokens = new CookieTokens(cookie, means.keys(), pool.name(), names);
    this.random = random;
    this.before = ascii("Set-Cookie: " + cookie.name() + "=");
    this.after = ascii(cookie.attributes(false) + "\r\n");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void look(RequestHead head, byte[] in, long addressKey, Bond bond) {
    // There may be several, of other paths or domains: the first good one counts.
    boolean found = head.findCookie(name);
    long nowS = found ? nowS() : 0;
    while (found && !bond.exists) {
      open(in, head.foundFrom(), head.foundTo(), nowS, bond);
      found = !bond.exists && head.findNextCookie(name);
    }
  }

  private void open(byte[] in, int from, int to, long nowS, Bond bond) {
    switch (tokens.open(in, from, to, nowS)) {
      case GOOD -> {
        int server = tokens.server();
        bond.exists = true;
        bond.session = tokens.session();
        bond.begunS = tokens.begunS();
        bond.home = server == CookieTokens.NONE ? null : servers.get(server).name();
        bond.homeAt = server;
        bond.stale = tokens.isStale(nowS);
      }
      case FORGED -> bond.flaw = StickyResult.FORGED;
      case EXPIRED -> bond.flaw = StickyResult.EXPIRED;
    }
  }

  @Override
  public void look(long addressKey, Bond bond) {}

  /** Nobody is asked for what the cookie says; the means may have changed meanwhile. */
  @Override
  public void heard(SessionEntry entry, Bond bond) {}

  /** The client is told with the answer. */
  @Override
  public void placed(Bond bond, int server) {}

  @Override
  public byte[] ownCookie() {
    return name;
  }

  /** A session that is away for a while only keeps a cookie that says where its home is. */
  @Override
  public int answered(ResponseHead head, byte[] in, Bond bond, int server, byte[] lines) {
    boolean atHome = bond.exists && servers.get(server).name().equals(bond.home);
    if ((atHome || bond.away) && !bond.stale) {
      return 0;
    }
    long nowS = nowS();
    int home = bond.away ? indexOf(bond.home) : server;
    long session = bond.exists ? bond.session : random.nextLong() & SESSION_MASK;
    long begunS = bond.exists ? bond.begunS : nowS;
    System.arraycopy(before, 0, lines, 0, before.length);
    tokens.write(home, session, begunS, nowS, lines, before.length);
    int at = before.length + CookieTokens.TEXT_BYTES;
    System.arraycopy(after, 0, lines, at, after.length);
    return at + after.length;
  }

  /** Asked rarely. */
  private int indexOf(String wanted) {
    for (int i = 0; i < servers.size(); i++) {
      if (servers.get(i).name().equals(wanted)) {
        return i;
      }
    }
    throw new IllegalStateException("no server " + wanted);
  }

  private static long nowS() {
    return TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
  }
}
