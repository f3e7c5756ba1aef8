package io.steelyard.share.store;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parts of a store's URL, as RFC 3986 has them but for several hosts, which {@link
 * java.net.URI} takes for a name, and refuses when two of them are IPv6 literals.
 *
 * @param scheme empty if there is none
 * @param authority hosts, and perhaps who asks; null if there is none
 * @param path perhaps empty
 */
public record StoreUrl(String scheme, String authority, String path) {
  private static final Pattern PARTS =
      Pattern.compile("(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)");

  /** Into its parts; without authority if it is no URL, or has a query or a fragment. */
  public static StoreUrl of(String url) {
    Matcher parts = PARTS.matcher(url);
    if (!parts.matches()) {
      return new StoreUrl(url.split(":", 2)[0], null, "");
    }
    String scheme = parts.group(1) == null ? "" : parts.group(1);
    return new StoreUrl(scheme, parts.group(2), parts.group(3));
  }

  /** Without what may be a password. */
  @Override
  public String toString() {
    return scheme + "://..." + path;
  }
}
