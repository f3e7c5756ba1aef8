package io.steelyard.app.cli;

import io.steelyard.config.TextSecrets;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which node a command talks to, and as whom: what all commands that do so have in common. */
final class AdminOptions {
  static final Option ADMIN =
      new Option(
          "--admin",
          "URL",
          "The node's admin API: http://..., https://... or unix:/path; default: $STEELYARD_ADMIN,"
              + " else http://127.0.0.1:7700.");

  private static final Option TOKEN =
      new Option(
          "--token",
          "FILE",
          "File with the token that the node asks for; default: $STEELYARD_TOKEN_FILE.");
  private static final Option CA =
      new Option("--ca", "FILE", "Whose certificates are believed of the node, in PEM.");
  private static final Option CERT =
      new Option("--cert", "FILE", "The certificate to show to the node, in PEM.");
  private static final Option KEY =
      new Option("--key", "FILE", "Its private key, in PEM (PKCS #8).");

  private static final String DEFAULT_ADMIN = "http://127.0.0.1:7700";
  private static final String UNIX = "unix:";
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private AdminOptions() {}

  /** A command's own options, and behind them those of every command that asks a node. */
  static List<Option> with(Option... own) {
    List<Option> all = new ArrayList<>(List.of(own));
    all.addAll(List.of(ADMIN, TOKEN, CA, CERT, KEY));
    return all;
  }

  /** The node that is meant, as it was written. */
  static String admin(Arguments arguments, Map<String, String> environment) throws UsageException {
    Optional<String> given = arguments.one(ADMIN.name());
    String admin =
        given.orElseGet(() -> environment.getOrDefault("STEELYARD_ADMIN", DEFAULT_ADMIN));
    String plain = admin.endsWith("/") ? admin.substring(0, admin.length() - 1) : admin;
    if (!plain.startsWith(UNIX + "/") && !isWeb(plain)) {
      throw new UsageException(
          (given.isPresent() ? ADMIN.name() : "STEELYARD_ADMIN")
              + " must be an http:// or https:// URL or unix:/path, not '"
              + TextSecrets.mask(admin)
              + "'");
    }
    return plain;
  }

  private static boolean isWeb(String admin) {
    try {
      URI uri = URI.create(admin);
      return List.of("http", "https").contains(String.valueOf(uri.getScheme()))
          && uri.getHost() != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** How to get there. */
  static Transport transport(String admin, Arguments arguments) throws UsageException {
    Optional<String> ca = arguments.one(CA.name());
    Optional<String> certificate = arguments.one(CERT.name());
    Optional<String> key = arguments.one(KEY.name());
    if (certificate.isPresent() != key.isPresent()) {
      throw new UsageException("--cert and --key are given together");
    }
    boolean tls = ca.isPresent() || certificate.isPresent();
    if (tls && !admin.startsWith("https:")) {
      throw new UsageException("--ca, --cert and --key are for https://, not for " + admin);
    }
    if (admin.startsWith(UNIX)) {
      return new UnixTransport(Path.of(admin.substring(UNIX.length())), PATIENCE);
    }
    return new HttpTransport(
        admin, tls ? Optional.of(ClientTls.of(ca, certificate, key)) : Optional.empty());
  }

  /** The first line of the file with the token, if there is one to be sent. */
  static Optional<String> token(Arguments arguments, Map<String, String> environment)
      throws UsageException {
    Optional<String> given = arguments.one(TOKEN.name());
    Optional<String> file =
        given.or(() -> Optional.ofNullable(environment.get("STEELYARD_TOKEN_FILE")));
    if (file.isEmpty()) {
      return Optional.empty();
    }
    String option = given.isPresent() ? TOKEN.name() : "STEELYARD_TOKEN_FILE";
    String token = content(option, file.get()).lines().findFirst().orElse("").strip();
    if (!token.matches("[\\x21-\\x7e]+")) {
      throw new UsageException(
          option + ": expected a token in the first line of '" + file.get() + "'");
    }
    return Optional.of(token);
  }

  /** What was given in place of a file may be the token itself: it is not repeated. */
  private static String content(String option, String file) throws UsageException {
    try {
      return Files.readString(Path.of(file), StandardCharsets.ISO_8859_1);
    } catch (IOException | InvalidPathException e) {
      throw new UsageException(
          option
              + " names the file that holds the token, never the token itself; what it names"
              + " cannot be read");
    }
  }
}
