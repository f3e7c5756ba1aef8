package io.steelyard.core.session;

import java.time.Duration;

/**
 * The balancer's own cookie as clients get it (RFC 6265, section 4.1).
 *
 * @param maxIdle without a request for so long a session is over; zero: never
 * @param maxAge so long after its beginning a session is over; zero: never
 * @param domain empty: only the host that set it
 */
public record SessionCookie(
    String name,
    Duration maxIdle,
    Duration maxAge,
    String path,
    String domain,
    Secure secure,
    SameSite sameSite,
    boolean httpOnly) {

  /** Whether only encrypted connections carry it. */
  public enum Secure {
    /** When the client's own connection is encrypted. */
    AUTO,
    ALWAYS,
    NEVER
  }

  /** Which requests of other sites carry it (RFC 6265bis, section 5.6.7). */
  public enum SameSite {
    STRICT("Strict"),
    LAX("Lax"),
    NONE("None");

    private final String text;

    SameSite(String text) {
      this.text = text;
    }
  }

  /** What follows the value in a Set-Cookie field, from the first semicolon on. */
  public String attributes(boolean encrypted) {
    boolean onlyEncrypted = secure == Secure.ALWAYS || (secure == Secure.AUTO && encrypted);
    return "; Path="
        + path
        + (domain.isEmpty() ? "" : "; Domain=" + domain)
        + (httpOnly ? "; HttpOnly" : "")
        + (onlyEncrypted ? "; Secure" : "")
        + "; SameSite="
        + sameSite.text;
  }
}
