package io.steelyard.admin;

import com.sun.net.httpserver.HttpExchange;
import io.steelyard.config.AdminConfig;
import io.steelyard.config.Secret;
import io.steelyard.core.address.IpText;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.Set;

/**
 * Who may ask over TCP: who knows the token, or has a certificate of a trusted authority; without
 * either whoever is on this machine and is no page of a foreign name ({@link HostCheck}).
 */
public final class Access {
  /** To whoever is on this machine. */
  public static final Access LOOPBACK = new Access(Optional.empty(), Optional.empty());

  /**
   * Those who look after processes have no token; nor has a browser before its page asks for it.
   */
  private static final Set<String> PROBES = Set.of("/livez", "/readyz");

  private static final String BEARER = "bearer ";

  /** Of a digest, so that comparing tells nothing about the token, not even its length. */
  private final Optional<byte[]> tokenDigest;

  private final Optional<Encryption> encryption;

  private Access(Optional<byte[]> tokenDigest, Optional<Encryption> encryption) {
    this.tokenDigest = tokenDigest;
    this.encryption = encryption;
  }

  /**
   * As configured.
   *
   * @throws IOException if Java will not have the certificates
   */
  public static Access of(AdminConfig config) throws IOException {
    if (config.token().isEmpty() && config.tls().isEmpty()) {
      return LOOPBACK;
    }
    Optional<Encryption> encryption =
        config.tls().isEmpty()
            ? Optional.empty()
            : Optional.of(Encryption.of(config.tls().get(), config.token().isPresent()));
    return new Access(config.token().map(Secret::bytes).map(Access::digest), encryption);
  }

  /** Whether not everybody who reaches the address may ask. */
  public boolean demandsWho() {
    return tokenDigest.isPresent() || asksForCertificates();
  }

  /** Whether HTTPS is spoken. */
  public boolean encrypted() {
    return encryption.isPresent();
  }

  Optional<Encryption> encryption() {
    return encryption;
  }

  private boolean asksForCertificates() {
    return encryption.isPresent() && encryption.get().clients().isPresent();
  }

  /** Who asks; any thread. */
  Caller admit(HttpExchange exchange) throws NotAdmitted {
    String from = text(exchange.getRemoteAddress());
    if (!demandsWho()) {
      demandLoopback(exchange);
      return new Caller("loopback", from);
    }
    if (asksForCertificates() && exchange instanceof PlainExchange plain) {
      Optional<String> subject = plain.tls().flatMap(encryption.get()::subject);
      if (subject.isPresent()) {
        return new Caller(subject.get(), from);
      }
    }
    if (PROBES.contains(exchange.getRequestURI().getPath()) || Dashboard.isRead(exchange)) {
      return new Caller("anybody", from);
    }
    demandToken(exchange);
    return new Caller("token", from);
  }

  private static void demandLoopback(HttpExchange exchange) throws NotAdmitted {
    if (!HostCheck.isLoopback(exchange.getRequestHeaders().getFirst("Host"))) {
      throw new NotAdmitted(
          "host",
          Answer.problem(
              421, "Misdirected Request", "The Host header must name the loopback, as 127.0.0.1."));
    }
  }

  private void demandToken(HttpExchange exchange) throws NotAdmitted {
    String sent = exchange.getRequestHeaders().getFirst("Authorization");
    if (sent == null) {
      throw notAdmitted("no-token", "", "This needs a token: 'Authorization: Bearer TOKEN'.");
    }
    boolean good =
        tokenDigest.isPresent()
            && sent.regionMatches(true, 0, BEARER, 0, BEARER.length())
            && MessageDigest.isEqual(tokenDigest.get(), digest(token(sent)));
    if (!good) {
      throw notAdmitted("wrong-token", " error=\"invalid_token\"", "This is not the token.");
    }
  }

  private static byte[] token(String authorization) {
    return authorization.substring(BEARER.length()).strip().getBytes(StandardCharsets.ISO_8859_1);
  }

  /** RFC 6750 section 3. */
  private static NotAdmitted notAdmitted(String reason, String error, String detail) {
    return new NotAdmitted(
        reason,
        Answer.problem(401, "Unauthorized", detail).with("WWW-Authenticate", "Bearer" + error));
  }

  /** Where a request came from. */
  static String text(InetSocketAddress address) {
    return IpText.of(address.getAddress()) + " port " + address.getPort();
  }

  private static byte[] digest(byte[] token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
