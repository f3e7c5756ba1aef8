package io.steelyard.config;

import io.steelyard.config.bind.Parsed;
import io.steelyard.config.bind.Scalar;
import io.steelyard.config.bind.Spelling;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A server in each line: {@code host:port [name=NAME] [weight=N] [zone=ZONE] [max-connections=N]
 * [backup]}. Empty lines, and what follows a '#', say nothing.
 */
public final class ServersText {
  private static final Set<String> KEYS = Set.of("name", "weight", "zone", "max-connections");
  private static final String BACKUP = "backup";

  private final String source;
  private final int weight;
  private final int maxConnections;
  private final List<ServerConfig> servers = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private final List<ConfigError> errors = new ArrayList<>();
  private int line;

  private ServersText(String source, int weight, int maxConnections) {
    this.source = source;
    this.weight = weight;
    this.maxConnections = maxConnections;
  }

  /**
   * All servers, or all mistakes.
   *
   * @param source the file's name, for the errors
   * @param weight of a server for which none is given
   * @param maxConnections the same
   */
  public static List<ServerConfig> parse(
      String source, byte[] content, int weight, int maxConnections) throws ConfigException {
    ServersText text = new ServersText(source, weight, maxConnections);
    new String(content, StandardCharsets.UTF_8).lines().forEach(text::take);
    if (!text.errors.isEmpty()) {
      throw new ConfigException(text.errors);
    }
    return text.servers;
  }

  private void take(String whole) {
    line++;
    int comment = whole.indexOf('#');
    String text = (comment < 0 ? whole : whole.substring(0, comment)).strip();
    if (!text.isEmpty()) {
      List<String> words = List.of(text.split("\\s+"));
      Optional<Address> address = read("", AddressText.CONNECT, words.getFirst());
      Map<String, String> options = options(words.subList(1, words.size()));
      address.ifPresent(a -> add(a, options));
    }
  }

  private Map<String, String> options(List<String> words) {
    Map<String, String> options = new HashMap<>();
    for (String word : words) {
      int equals = word.indexOf('=');
      String key = equals < 0 ? word : word.substring(0, equals);
      boolean known = equals < 0 ? key.equals(BACKUP) : KEYS.contains(key);
      if (!known) {
        error(
            "expected backup, name=, weight=, zone= or max-connections= after the address, found '"
                + Spelling.quotable(word)
                + "'");
      } else if (options.putIfAbsent(key, word.substring(equals + 1)) != null) {
        error("'" + key + "' is given twice");
      }
    }
    return options;
  }

  private void add(Address address, Map<String, String> options) {
    if (!(address instanceof Address.Tcp)) {
      error("a server in a file has a host and a port, found '" + address + "'");
      return;
    }
    Optional<String> name = option(options, "name", Names.TYPE, address.toString());
    Optional<Integer> itsWeight = option(options, "weight", ServerType.WEIGHT_TYPE, weight);
    Optional<String> zone = option(options, "zone", Names.TYPE, "");
    Optional<Integer> room =
        option(options, "max-connections", ServerType.MAX_CONNECTIONS_TYPE, maxConnections);
    if (name.isPresent() && itsWeight.isPresent() && zone.isPresent() && room.isPresent()) {
      if (!names.add(name.get())) {
        error("there is a server '" + name.get() + "' already");
      }
      boolean backup = options.containsKey(BACKUP);
      servers.add(
          new ServerConfig(name.get(), address, itsWeight.get(), room.get(), backup, zone.get()));
    }
  }

  private <T> Optional<T> option(
      Map<String, String> options, String key, Scalar<T> type, T fallback) {
    String text = options.get(key);
    return text == null ? Optional.of(fallback) : read(key + ": ", type, text);
  }

  private <T> Optional<T> read(String what, Scalar<T> type, String text) {
    Parsed<T> parsed = type.reader().apply(text);
    if (parsed instanceof Parsed.Bad<T>(String message)) {
      error(what + message);
      return Optional.empty();
    }
    return Optional.of(((Parsed.Good<T>) parsed).value());
  }

  private void error(String message) {
    errors.add(new ConfigError(source, line, 1, message));
  }
}
