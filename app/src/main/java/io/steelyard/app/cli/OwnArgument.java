package io.steelyard.app.cli;

import io.steelyard.config.ConfigError;
import io.steelyard.config.ConfigException;
import io.steelyard.config.ConfigParser;
import io.steelyard.config.FromConfig;
import io.steelyard.config.OwnSource;
import io.steelyard.wire.json.JsonWriter;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The configuration that an argument names: a file, a folder with files, or the URL of a store,
 * which is a file that says nothing but {@code from} and takes its secrets from the environment.
 */
final class OwnArgument {
  /** A file with the password of the URL's user. */
  static final String PASSWORD_FILE = "STEELYARD_STORE_PASSWORD_FILE";

  /** That password itself. */
  static final String PASSWORD = "STEELYARD_STORE_PASSWORD";

  /** A file with the certificates that are believed of a store. */
  static final String CA_FILE = "STEELYARD_STORE_CA_FILE";

  private static final Logger LOG = System.getLogger("steelyard.config");

  private static final Pattern URL = Pattern.compile("(?!file:)[A-Za-z][A-Za-z0-9+.-]*://.*");
  private static final Pattern WITH_PASSWORD = Pattern.compile("[^/]*://[^/]*:[^/]*@.*");
  private static final Pattern UNFIT = Pattern.compile("[^A-Za-z0-9._-]+");
  private static final int NAME_CHARS_MAX = 80;
  private static final int DIGEST_CHARS = 12;

  private OwnArgument() {}

  /** Whether it names a store, not a file. */
  static boolean isUrl(String argument) {
    return URL.matcher(argument).matches();
  }

  /** Where to read what it names. */
  static OwnSource source(String argument) throws Refused {
    return isUrl(argument) ? store(argument, System.getenv()) : OwnSource.at(Setup.file(argument));
  }

  /**
   * A configuration that comes from a store altogether; what was good last is kept where the state
   * of programs is kept.
   */
  static OwnSource store(String url, Map<String, String> environment) throws Refused {
    Map<String, Object> store = new TreeMap<>();
    Optional.ofNullable(environment.get(PASSWORD_FILE))
        .or(() -> Optional.ofNullable(environment.get(PASSWORD)).map(_ -> "env:" + PASSWORD))
        .ifPresent(password -> store.put("password", password));
    Optional.ofNullable(environment.get(CA_FILE)).ifPresent(ca -> store.put("ca", ca));
    FromConfig from = from(text(url, store));
    if (WITH_PASSWORD.matcher(url).matches()) {
      LOG.log(
          Level.WARNING,
          "every user of this machine can see the password in the command line: give it in "
              + PASSWORD_FILE
              + " or "
              + PASSWORD);
    }
    store.put("last-good", folder(environment).resolve(name(from)).toString());
    return new OwnSource.CommandLine(text(url, store));
  }

  /** JSON, which is YAML. */
  private static String text(String url, Map<String, Object> store) {
    return JsonWriter.text(Map.of("from", url, "store", store));
  }

  private static FromConfig from(String text) throws Refused {
    try {
      return ConfigParser.checkOwn(new OwnSource.CommandLine(text).read()).from();
    } catch (ConfigException e) {
      // Lines and columns are those of a text that nobody has written.
      throw Setup.refused(
          new ConfigException(
              e.errors().stream()
                  .map(error -> new ConfigError(error.file(), 0, 0, error.message()))
                  .distinct()
                  .toList()));
    }
  }

  /** What systemd gives, or what the system or this user keeps such things in. */
  private static Path folder(Map<String, String> environment) {
    String given = environment.getOrDefault("STATE_DIRECTORY", "");
    Path system = Path.of("/var/lib/steelyard");
    if (!given.isEmpty()) {
      return Path.of(given.split(":", 2)[0]).toAbsolutePath();
    }
    if (Files.isDirectory(system) && Files.isWritable(system)) {
      return system;
    }
    String state = environment.getOrDefault("XDG_STATE_HOME", "");
    Path user = Path.of(environment.getOrDefault("HOME", "."), ".local", "state");
    return made((state.isEmpty() ? user : Path.of(state)).resolve("steelyard").toAbsolutePath());
  }

  private static Path made(Path folder) {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      // It is said when something was to be kept there.
      return folder;
    }
  }

  /** The URL as far as it is fit for a name, and what tells it apart from others. */
  private static String name(FromConfig from) {
    String url = from.toString();
    String fit = UNFIT.matcher(url).replaceAll("-");
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(url.getBytes(StandardCharsets.UTF_8));
      return "%s-%s.last-good"
          .formatted(
              fit.substring(0, Math.min(fit.length(), NAME_CHARS_MAX)),
              HexFormat.of().formatHex(digest).substring(0, DIGEST_CHARS));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
