package io.steelyard.proxy;

import io.steelyard.core.snapshot.TrustedProxies;
import io.steelyard.wire.http1.RequestHead;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Whom trusted proxies forward, by what X-Forwarded-For says: from the right, the first address
 * that is none of theirs. What stands to the left of it anybody may have written. Loop thread only;
 * allocates, but only for requests of trusted proxies on listeners that ask who the client is.
 */
final class ForwardedClient {
  private static final Pattern DOTTED = Pattern.compile("([0-9]{1,3}\\.){3}[0-9]{1,3}");
  private static final Pattern COLONS = Pattern.compile("[0-9A-Fa-f:.]{2,45}");

  private ForwardedClient() {}

  /**
   * The client's address.
   *
   * @param peer who sends the request: a trusted proxy
   * @param scratch may be written to, and has room for a head
   * @return null when nobody can tell: what stands there is no address
   */
  static byte[] of(RequestHead head, byte[] peer, TrustedProxies trusted, byte[] scratch) {
    int length = head.copyForwardedFor(scratch, 0);
    byte[] client = peer;
    int end = length;
    while (end > 0) {
      int from = end;
      while (from > 0 && scratch[from - 1] != ',') {
        from--;
      }
      InetAddress named =
          address(new String(scratch, from, end - from, StandardCharsets.ISO_8859_1).strip());
      if (named == null) {
        return null;
      }
      client = named.getAddress();
      if (!trusted.trusts(named)) {
        return client;
      }
      end = from - 1;
    }
    return client;
  }

  /** Java takes 1 and 127.1 for addresses, too: those are none here. */
  private static InetAddress address(String text) {
    boolean maybe =
        text.contains(":") ? COLONS.matcher(text).matches() : DOTTED.matcher(text).matches();
    try {
      return maybe ? InetAddress.ofLiteral(text) : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
