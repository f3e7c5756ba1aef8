package io.steelyard.proxy;

import io.steelyard.core.balance.HashKey;
import io.steelyard.core.session.CookieTokens;
import io.steelyard.core.session.ServerNames;
import io.steelyard.core.session.SessionEntry;
import io.steelyard.core.session.SessionShard;
import io.steelyard.core.session.Sticky;
import io.steelyard.core.session.StickyResult;
import io.steelyard.core.snapshot.Pool;
import io.steelyard.core.snapshot.Server;
import io.steelyard.wire.http1.RequestHead;
import io.steelyard.wire.http1.ResponseHead;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Sessions that something of the request tells, and that the session table knows. */
final class KeyedSessions implements Sessions {
  private static final int ERRORS_FROM = 400;

  /** Part of its life after which a session is noted to be alive: 1/8. */
  private static final int TOUCH_SHIFT = 3;

  private final SessionTable table;
  private final HashKey.Kind kind;

  /** Finds in a request what tells its session. */
  private final HashKeys teller;

  /** How what is found is called. */
  private final byte[] name;

  private final boolean learned;
  private final int ttlS;
  private final int pool;

  /** By secret, the first one first. */
  private final SessionKeys[] keys;

  private final List<Server> servers;
  private final ServerNames numbers;
  private final SessionShard.Found found = new SessionShard.Found();

  KeyedSessions(Pool pool, Sticky.Means.Keyed means, ServerNames numbers, SessionTable table) {
    this.table = table;
    this.kind = means.key().kind();
    this.teller = new HashKeys(means.key());
    this.name = teller.name();
    this.learned = means.learned();
    this.ttlS = (int) means.ttl().toSeconds();
    this.pool = (int) SessionShard.number(pool.name());
    this.keys = new SessionKeys[means.keys().size()];
    Arrays.setAll(keys, i -> new SessionKeys(means.keys(), i, pool.name()));
    this.servers = pool.servers();
    this.numbers = numbers;
  }

  @Override
  public byte[] ownCookie() {
    return null;
  }

  @Override
  public void look(RequestHead head, byte[] in, long addressKey, Bond bond) {
    if (kind == HashKey.Kind.ADDRESS) {
      look(addressKey, bond);
    } else if (has(head)) {
      for (SessionKeys each : keys) {
        each.of(in, head.foundFrom(), head.foundTo());
      }
      find(bond);
    }
  }

  @Override
  public void look(long addressKey, Bond bond) {
    if (kind == HashKey.Kind.ADDRESS) {
      for (SessionKeys each : keys) {
        each.of(addressKey);
      }
      find(bond);
    }
  }

  private void find(Bond bond) {
    bond.keyed = true;
    bond.keyHigh = keys[0].high();
    bond.session = keys[0].low();
    int nowS = nowS();
    // What ended under a newer key has ended, wherever it was at home before that key was there.
    boolean ended = false;
    for (int i = 0; i < keys.length && !bond.exists && !ended; i++) {
      if (table.find(keys[i].high(), keys[i].low(), nowS, found)) {
        exists(bond, found.server, nowS - found.seenS);
        // From now on it is remembered under the first secret's key, too.
        bond.stale |= i > 0;
      }
      ended |= found.ended;
    }
    bond.unknown = !bond.exists && !ended;
    bond.keys = bond.unknown ? halves() : null;
  }

  private long[] halves() {
    long[] halves = new long[2 * keys.length];
    for (int i = 0; i < keys.length; i++) {
      halves[2 * i] = keys[i].high();
      halves[2 * i + 1] = keys[i].low();
    }
    return halves;
  }

  private void exists(Bond bond, long serverNumber, int unseenS) {
    int server = numbers.indexOf(serverNumber);
    bond.exists = true;
    bond.home = server == CookieTokens.NONE ? null : servers.get(server).name();
    bond.homeAt = server;
    bond.stale = unseenS > ttlS >> TOUCH_SHIFT;
  }

  @Override
  public void heard(SessionEntry entry, Bond bond) {
    int nowS = nowS();
    bond.unknown = false;
    // First what is known here by now: another of its requests may have come, a later home, its
    // end.
    boolean ended = false;
    for (int i = 0; i < bond.keys.length && !bond.exists && !ended; i += 2) {
      if (table.find(bond.keys[i], bond.keys[i + 1], nowS, found)) {
        exists(bond, found.server, nowS - found.seenS);
        bond.stale |= i > 0;
      }
      ended |= found.ended;
    }
    if (entry != null && !bond.exists && !ended) {
      exists(bond, entry.server, nowS - entry.seenS);
      bond.stale |= entry.high != bond.keyHigh || entry.low != bond.session;
    }
  }

  /** What is empty tells nothing. */
  private boolean has(RequestHead head) {
    return teller.find(head) && head.foundTo() > head.foundFrom();
  }

  /**
   * At once: other requests of the session may be on their way. What clients say of sessions that
   * only the application can begin is not believed before that has answered.
   */
  @Override
  public void placed(Bond bond, int server) {
    if (!bond.keyed || (learned && !bond.exists)) {
      return;
    }
    if (bond.away) {
      if (bond.stale) {
        table.seen(bond.keyHigh, bond.session, nowS());
      }
    } else if (bond.result != StickyResult.KEPT || bond.stale) {
      table.put(bond.keyHigh, bond.session, pool, numbers.of(server), nowS(), ttlS);
    }
  }

  @Override
  public int answered(ResponseHead head, byte[] in, Bond bond, int server, byte[] lines) {
    boolean told =
        learned && (kind == HashKey.Kind.COOKIE ? head.findSetCookie(name) : head.findField(name));
    if (told && head.foundTo() > head.foundFrom()) {
      SessionKeys first = keys[0];
      first.of(in, head.foundFrom(), head.foundTo());
      boolean known = bond.exists && bond.session == first.low() && bond.keyHigh == first.high();
      if (!known) {
        table.put(first.high(), first.low(), pool, numbers.of(server), nowS(), ttlS);
      }
    } else if (learned && bond.keyed && !bond.exists && head.status() < ERRORS_FROM) {
      table.put(bond.keyHigh, bond.session, pool, numbers.of(server), nowS(), ttlS);
    }
    return 0;
  }

  private static int nowS() {
    return (int) TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
  }
}
