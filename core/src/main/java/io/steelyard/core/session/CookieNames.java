package io.steelyard.core.session;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import javax.crypto.Mac;

/**
 * What stands for a pool's servers in its session cookies, by key: the beginning of HMAC-SHA256
 * over pool and name. Immutable; computed once for all loops, and for servers that stay only once.
 */
public final class CookieNames {
  /** Bytes of a server's name. */
  static final int BYTES = 6;

  private final Keyring keys;
  private final String pool;
  private final ServerNames[] byKey;

  private CookieNames(Keyring keys, String pool, ServerNames[] byKey) {
    this.keys = keys;
    this.pool = pool;
    this.byKey = byKey;
  }

  /** The same on every node that has the same keys and names; {@code servers} by index. */
  public static CookieNames of(Keyring keys, String pool, List<String> servers) {
    return none(keys, pool).next(keys, allNew(servers.size()), servers::get);
  }

  /** Of no server of that pool yet. */
  public static CookieNames none(Keyring keys, String pool) {
    ServerNames[] byKey = new ServerNames[keys.size()];
    Arrays.fill(byKey, ServerNames.NONE);
    return new CookieNames(keys, pool, byKey);
  }

  /**
   * Of the same pool with other servers.
   *
   * @param before for each server its index here, or a negative number; no index twice
   * @param name gives a server's name by its new index; asked only for what is not known here
   */
  public CookieNames next(Keyring next, int[] before, IntFunction<String> name) {
    CookieNames known = next.equals(keys) ? this : none(next, pool);
    int[] from = known == this ? before : allNew(before.length);
    ServerNames[] names = new ServerNames[next.size()];
    for (int key = 0; key < names.length; key++) {
      Mac signer = next.signer(key, CookieTokens.PURPOSE);
      names[key] = known.byKey[key].next(from, i -> number(signer, name.apply(i)));
    }
    return new CookieNames(next, pool, names);
  }

  private static int[] allNew(int servers) {
    int[] before = new int[servers];
    Arrays.fill(before, CookieTokens.NONE);
    return before;
  }

  private long number(Mac signer, String server) {
    byte[] text = ("server\0" + pool + "\0" + server).getBytes(StandardCharsets.UTF_8);
    return CookieTokens.number(signer.doFinal(text), 0, BYTES);
  }

  ServerNames of(int key) {
    return byKey[key];
  }
}
