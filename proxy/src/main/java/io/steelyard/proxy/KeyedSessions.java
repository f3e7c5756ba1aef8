package io.steelyard.proxy;

import io.steelyard.core.balance.HashKey;
import io.steelyard.core.session.SessionShard;
import io.steelyard.core.session.Sticky;
import io.steelyard.core.session.StickyResult;
import io.steelyard.core.snapshot.Pool;
import io.steelyard.core.snapshot.Server;
import io.steelyard.wire.http1.RequestHead;
import io.steelyard.wire.http1.ResponseHead;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Sessions that something of the request tells, and that the session table knows. */
final class KeyedSessions implements Sessions {
  /** Part of its life after which a session is noted to be alive: 1/8. */
  private static final int TOUCH_SHIFT = 3;

  private final SessionTable table;
  private final HashKey.Kind kind;
  private final byte[] name;
  private final boolean learned;
  private final boolean returns;
  private final int ttlS;
  private final int pool;
  private final SessionKeys keys;
  private final List<Server> servers;
  private final long[] numbers;
  private final Map<Long, String> names = new HashMap<>();
  private final SessionShard.Found found = new SessionShard.Found();

  KeyedSessions(Pool pool, Sticky.Means.Keyed means, SessionTable table) {
    this.table = table;
    this.kind = means.key().kind();
    String text = means.key().name();
    this.name =
        (kind == HashKey.Kind.HEADER ? text.toLowerCase(Locale.ROOT) : text)
            .getBytes(StandardCharsets.US_ASCII);
    this.learned = means.learned();
    this.returns = pool.sticky().returns();
    this.ttlS = (int) means.ttl().toSeconds();
    this.pool = (int) SessionShard.number(pool.name());
    this.keys = new SessionKeys(means.keys(), pool.name());
    this.servers = pool.servers();
    this.numbers = servers.stream().mapToLong(s -> SessionShard.number(s.name())).toArray();
    for (int i = 0; i < numbers.length; i++) {
      names.put(numbers[i], servers.get(i).name());
    }
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
      keys.of(in, head.foundFrom(), head.foundTo());
      find(bond);
    }
  }

  @Override
  public void look(long addressKey, Bond bond) {
    if (kind == HashKey.Kind.ADDRESS) {
      keys.of(addressKey);
      find(bond);
    }
  }

  private void find(Bond bond) {
    bond.keyed = true;
    bond.keyHigh = keys.high();
    bond.session = keys.low();
    int nowS = nowS();
    if (table.find(bond.keyHigh, bond.session, nowS, found)) {
      bond.exists = true;
      bond.home = names.get(found.server);
      if (nowS - found.seenS > ttlS >> TOUCH_SHIFT) {
        table.seen(bond.keyHigh, bond.session, nowS);
      }
    }
  }

  private boolean has(RequestHead head) {
    return switch (kind) {
      case ADDRESS -> false;
      case PATH -> head.findPath();
      case HEADER -> head.findField(name);
      case COOKIE -> head.findCookie(name);
      case QUERY -> head.findQuery(name);
    };
  }

  /** At once: other requests of the session may be on their way. */
  @Override
  public void placed(Bond bond, int server) {
    boolean away = bond.result == StickyResult.MOVED && returns && bond.home != null;
    if (bond.keyed && bond.result != StickyResult.KEPT && !away) {
      table.put(bond.keyHigh, bond.session, pool, numbers[server], nowS(), ttlS);
    }
  }

  @Override
  public int answered(ResponseHead head, byte[] in, Bond bond, int server, byte[] lines) {
    boolean told =
        learned && (kind == HashKey.Kind.COOKIE ? head.findSetCookie(name) : head.findField(name));
    if (told && head.foundTo() > head.foundFrom()) {
      keys.of(in, head.foundFrom(), head.foundTo());
      if (!bond.keyed || bond.session != keys.low() || bond.keyHigh != keys.high()) {
        table.put(keys.high(), keys.low(), pool, numbers[server], nowS(), ttlS);
      }
    }
    return 0;
  }

  private static int nowS() {
    return (int) TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
  }
}
