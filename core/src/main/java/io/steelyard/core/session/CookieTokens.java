package io.steelyard.core.session;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import javax.crypto.Mac;

/**
 * Writes and reads the values of a pool's session cookie: {@value #TEXT_BYTES} characters that name
 * a server to those who have the key, and to nobody else. For one thread; reading a value again
 * that was good lately costs no cryptography and allocates nothing.
 *
 * <pre>
 *  0       1     2        8       14       18     22         36
 *  | version | key | server | session | begun | seen | signature |
 * </pre>
 *
 * The server is the beginning of HMAC-SHA256 over pool and name; begun and seen are seconds since
 * 1970; the signature is the beginning of HMAC-SHA256 over what stands before it and the pool's
 * name, so that a cookie of one pool is nothing to another.
 */
public final class CookieTokens {
  /** Characters of a value. */
  public static final int TEXT_BYTES = 48;

  /** What {@link #server} says when the session's server is none of the pool's. */
  public static final int NONE = -1;

  private static final int RAW_BYTES = 36;
  private static final int KEY_AT = 1;
  private static final int SERVER_AT = 2;
  private static final int SESSION_AT = 8;
  private static final int BEGUN_AT = 14;
  private static final int SEEN_AT = 18;
  private static final int SIGNATURE_AT = 22;
  private static final byte VERSION = 1;

  /** Clocks of nodes may differ by so much. */
  private static final long SKEW_S = 300;

  /** Part of the idle time after which a cookie is written anew: 1/8. */
  private static final int RENEW_SHIFT = 3;

  private static final int KNOWN = 4096;
  static final String PURPOSE = "steelyard session cookie";

  private final SessionCookie cookie;
  private final byte[] pool;
  private final Mac[] signers;
  private final byte[] keyIds;
  private final CookieNames names;
  private final byte[] raw = new byte[RAW_BYTES];

  /** Values that were good lately, by the last bits of their signature; made when first needed. */
  private byte[][] known;

  /** The indexes of the keys that they were signed with. */
  private byte[] knownKeys;

  private int key;
  private int server;

  /** What a value turned out to be. */
  public enum Verdict {
    GOOD,
    /** Nobody who has the key wrote it, or for another pool. */
    FORGED,
    /** The session is over. */
    EXPIRED
  }

  /**
   * For a pool's servers; the same on every node that has the same keys and names.
   *
   * @param servers their names, by index
   */
  public CookieTokens(SessionCookie cookie, Keyring keys, String pool, List<String> servers) {
    this(cookie, keys, pool, CookieNames.of(keys, pool, servers));
  }

  /** The same, with what was computed before of that pool's servers and these keys. */
  public CookieTokens(SessionCookie cookie, Keyring keys, String pool, CookieNames names) {
    this.cookie = cookie;
    this.pool = pool.getBytes(StandardCharsets.UTF_8);
    this.signers = new Mac[keys.size()];
    this.keyIds = new byte[keys.size()];
    this.names = names;
    for (int i = 0; i < signers.length; i++) {
      Mac signer = keys.signer(i, PURPOSE);
      signers[i] = signer;
      keyIds[i] = signer.doFinal(bytes("key"))[0];
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads the value {@code in[from..to)}; when it is good the methods below tell what it says.
   *
   * @param nowS seconds since 1970
   */
  public Verdict open(byte[] in, int from, int to, long nowS) {
    if (to - from != TEXT_BYTES || !Base64Url.decode(in, from, raw) || raw[0] != VERSION) {
      return Verdict.FORGED;
    }
    if (!isKnown() && !isSigned()) {
      return Verdict.FORGED;
    }
    server = names.of(key).indexOf(number(raw, SERVER_AT, CookieNames.BYTES));
    return isOver(nowS) ? Verdict.EXPIRED : Verdict.GOOD;
  }

  private boolean isKnown() {
    if (known == null) {
      known = new byte[KNOWN][RAW_BYTES];
      knownKeys = new byte[KNOWN];
    }
    int slot = slot();
    key = knownKeys[slot];
    return MessageDigest.isEqual(known[slot], raw);
  }

  private int slot() {
    return (int) number(raw, RAW_BYTES - 2, 2) % KNOWN;
  }

  private boolean isSigned() {
    for (int i = 0; i < signers.length; i++) {
      if (keyIds[i] == raw[KEY_AT] && isSignature(sign(i))) {
        key = i;
        int slot = slot();
        knownKeys[slot] = (byte) i;
        System.arraycopy(raw, 0, known[slot], 0, RAW_BYTES);
        return true;
      }
    }
    return false;
  }

  /** In the same time whatever is wrong. */
  private boolean isSignature(byte[] expected) {
    int difference = 0;
    for (int b = SIGNATURE_AT; b < RAW_BYTES; b++) {
      difference |= expected[b - SIGNATURE_AT] ^ raw[b];
    }
    return difference == 0;
  }

  private byte[] sign(int i) {
    signers[i].update(raw, 0, SIGNATURE_AT);
    return signers[i].doFinal(pool);
  }

  private boolean isOver(long nowS) {
    long idleS = cookie.maxIdle().toSeconds();
    long ageS = cookie.maxAge().toSeconds();
    return begunS() > nowS + SKEW_S
        || (idleS > 0 && nowS - seenS() > idleS)
        || (ageS > 0 && nowS - begunS() > ageS);
  }

  /** The index of the server, or {@link #NONE}. */
  public int server() {
    return server;
  }

  /** The session's number: random, 48 bits. */
  public long session() {
    return number(raw, SESSION_AT, BEGUN_AT - SESSION_AT);
  }

  /** When the session began, in seconds since 1970. */
  public long begunS() {
    return number(raw, BEGUN_AT, SEEN_AT - BEGUN_AT);
  }

  private long seenS() {
    return number(raw, SEEN_AT, SIGNATURE_AT - SEEN_AT);
  }

  /** Whether the client should get a new value although nothing but its age has changed. */
  public boolean isStale(long nowS) {
    long idleS = cookie.maxIdle().toSeconds();
    return key != 0 || (idleS > 0 && nowS - seenS() > idleS >> RENEW_SHIFT);
  }

  /**
   * Writes a value, signed with the first key.
   *
   * @param at where in {@code out} its {@value #TEXT_BYTES} characters begin
   */
  public void write(int toServer, long session, long begunS, long nowS, byte[] out, int at) {
    raw[0] = VERSION;
    raw[KEY_AT] = keyIds[0];
    put(names.of(0).of(toServer), SERVER_AT, SESSION_AT);
    put(session, SESSION_AT, BEGUN_AT);
    put(begunS, BEGUN_AT, SEEN_AT);
    put(nowS, SEEN_AT, SIGNATURE_AT);
    System.arraycopy(sign(0), 0, raw, SIGNATURE_AT, RAW_BYTES - SIGNATURE_AT);
    Base64Url.encode(raw, out, at);
  }

  private void put(long value, int from, int to) {
    long rest = value;
    for (int i = to - 1; i >= from; i--) {
      raw[i] = (byte) rest;
      rest >>>= 8;
    }
  }

  static long number(byte[] bytes, int from, int length) {
    long value = 0;
    for (int i = from; i < from + length; i++) {
      value = value << 8 | (bytes[i] & 0xFF);
    }
    return value;
  }
}
