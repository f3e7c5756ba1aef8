package io.steelyard.core.session;

import java.nio.charset.StandardCharsets;
import java.util.List;
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
    return new CookieNames(keys, pool, new ServerNames[0]).of(keys, servers, new int[0]);
  }

  /**
   * Of the same pool with other servers.
   *
   * @param before for each server its index here, or a negative number
   */
  public CookieNames of(Keyring next, List<String> servers, int[] before) {
    boolean reuse = byKey.length > 0 && next.equals(keys);
    ServerNames[] names = new ServerNames[next.size()];
    for (int key = 0; key < names.length; key++) {
      Mac signer = next.signer(key, CookieTokens.PURPOSE);
      long[] numbers = new long[servers.size()];
      for (int i = 0; i < numbers.length; i++) {
        boolean known = reuse && before[i] >= 0;
        numbers[i] = known ? byKey[key].of(before[i]) : number(signer, servers.get(i));
      }
      names[key] = new ServerNames(numbers);
    }
    return new CookieNames(next, pool, names);
  }

  private long number(Mac signer, String server) {
    byte[] text = ("server\0" + pool + "\0" + server).getBytes(StandardCharsets.UTF_8);
    return CookieTokens.number(signer.doFinal(text), 0, BYTES);
  }

  ServerNames of(int key) {
    return byKey[key];
  }
}
