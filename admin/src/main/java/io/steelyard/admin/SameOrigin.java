package io.steelyard.admin;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;

/**
 * What keeps a page of another site from changing something through a visitor's browser: browsers
 * say where a request comes from ({@code Origin}, RFC 6454 section 7; {@code Sec-Fetch-Site}), and
 * pages cannot change that. Programs that are no browsers send neither.
 */
final class SameOrigin {
  private SameOrigin() {}

  static void demand(HttpExchange exchange) throws Problem {
    Headers headers = exchange.getRequestHeaders();
    boolean encrypted = exchange instanceof PlainExchange plain && plain.tls().isPresent();
    String scheme = encrypted ? "https://" : "http://";
    String origin = headers.getFirst("Origin");
    String site = headers.getFirst("Sec-Fetch-Site");
    boolean ours = origin == null || origin.equalsIgnoreCase(scheme + headers.getFirst("Host"));
    boolean sameSite = site == null || site.equals("same-origin") || site.equals("none");
    if (!ours || !sameSite) {
      throw new Problem(403, "Forbidden", "A page of another origin cannot change anything here.");
    }
  }
}
