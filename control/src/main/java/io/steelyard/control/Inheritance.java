package io.steelyard.control;

import io.steelyard.config.Secret;
import io.steelyard.config.ServerConfig;
import io.steelyard.control.discovery.FoundJson;
import io.steelyard.core.health.Health;
import io.steelyard.core.health.Standing;
import io.steelyard.core.health.Wish;
import io.steelyard.core.server.ServerId;
import io.steelyard.core.server.ServerState;
import io.steelyard.core.snapshot.Server;
import io.steelyard.wire.json.JsonException;
import io.steelyard.wire.json.JsonReader;
import io.steelyard.wire.json.JsonWriter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a process knows of its servers, and signs cookies with, that the one which takes over from
 * it would otherwise have to find out, or could not. Immutable; written as JSON, of which a later
 * version may write more: fields that are not known are passed over.
 */
public final class Inheritance {
  /** Knows nothing. */
  public static final Inheritance NONE =
      new Inheritance(Map.of(), Weights.NONE, Optional.empty(), Map.of());

  /**
   * A server.
   *
   * @param address a verdict is about who was asked, not about a name
   */
  private record Known(String address, Standing standing) {}

  private final Map<ServerId, Known> servers;
  private final Weights weights;
  private final Optional<Secret> secret;
  private final Map<String, List<ServerConfig>> found;

  private Inheritance(
      Map<ServerId, Known> servers,
      Weights weights,
      Optional<Secret> secret,
      Map<String, List<ServerConfig>> found) {
    this.servers = Map.copyOf(servers);
    this.weights = weights;
    this.secret = secret;
    this.found = Map.copyOf(found);
  }

  /**
   * What is known at this moment.
   *
   * @param found by pool, the servers that its source gave
   */
  static Inheritance of(
      View view, Weights weights, Optional<Secret> secret, Map<String, List<ServerConfig>> found) {
    Map<ServerId, Known> servers = new HashMap<>();
    view.snapshot().pools().stream()
        .flatMap(pool -> pool.servers().stream())
        .forEach(server ->
            servers.put(
                server.state().id(), new Known(address(server), server.state().standing())));
    return new Inheritance(servers, weights, secret, found);
  }

  private static String address(Server server) {
    return server.address().toString();
  }

  /** The weights that an operator gave. */
  Weights weights() {
    return weights;
  }

  /** What session cookies are signed with when the configuration has no keys, if it was needed. */
  Optional<Secret> secret() {
    return secret;
  }

  /** By pool, the servers that its source gave. */
  Map<String, List<ServerConfig>> found() {
    return found;
  }

  /** Tells the states of new servers what was known of them; before they are published. */
  void tell(Changes changes) {
    if (servers.isEmpty()) {
      return;
    }
    for (Changes.Touched touched : changes.servers()) {
      ServerState state = touched.server().state();
      Known known = servers.get(state.id());
      if (touched.isNew() && known != null) {
        Standing standing = state.standing().wish(known.standing().wish());
        Health health = known.standing().probed();
        boolean verdict = health.known() && known.address().equals(address(touched.server()));
        state.standing(
            touched
                .pool()
                .health()
                .filter(_ -> verdict)
                .map(checks -> standing.probed(health.rescaled(checks.rise(), checks.fall())))
                .orElse(standing));
      }
    }
  }

  // ---- as text

  /** As JSON. */
  public String text() {
    Map<String, Object> all = new LinkedHashMap<>();
    List<Object> written = new ArrayList<>();
    servers.forEach((id, known) -> written.add(write(id, known)));
    all.put("servers", written);
    secret.ifPresent(s -> all.put("secret", Base64.getEncoder().encodeToString(s.bytes())));
    all.put("found", FoundJson.write(found));
    return JsonWriter.text(all);
  }

  private Map<String, Object> write(ServerId id, Known known) {
    Health health = known.standing().probed();
    Map<String, Object> server = new LinkedHashMap<>();
    server.put("pool", id.pool());
    server.put("server", id.server());
    server.put("address", known.address());
    server.put("wish", known.standing().wish().name());
    server.put("score", health.score());
    server.put("rise", health.rise());
    server.put("fall", health.fall());
    server.put("known", health.known());
    Weights.Given given = weights.given().get(id);
    if (given != null) {
      server.put("weight", given.weight());
      server.put("configured", given.configured());
    }
    return server;
  }

  /**
   * Reads what {@link #text} has written.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public static Inheritance read(String text) {
    try {
      return read((Map<?, ?>) JsonReader.read(text));
    } catch (JsonException | ClassCastException | NullPointerException e) {
      throw new IllegalArgumentException("not what is known of servers: " + e, e);
    }
  }

  private static Inheritance read(Map<?, ?> all) {
    Map<ServerId, Known> servers = new HashMap<>();
    Map<ServerId, Weights.Given> weights = new HashMap<>();
    for (Object each : (List<?>) all.get("servers")) {
      Map<?, ?> server = (Map<?, ?>) each;
      ServerId id = new ServerId((String) server.get("pool"), (String) server.get("server"));
      Wish wish = Wish.valueOf((String) server.get("wish"));
      Health health =
          new Health(
              number(server, "score"),
              number(server, "rise"),
              number(server, "fall"),
              (Boolean) server.get("known"));
      servers.put(id, new Known((String) server.get("address"), new Standing(wish, health)));
      if (server.containsKey("weight")) {
        int weight = number(server, "weight");
        weights.put(id, new Weights.Given(weight, number(server, "configured")));
      }
    }
    Optional<Secret> secret =
        Optional.ofNullable((String) all.get("secret"))
            .map(s -> Secret.of(Base64.getDecoder().decode(s)));
    Map<String, List<ServerConfig>> found =
        all.get("found") instanceof Map<?, ?> pools ? FoundJson.read(pools) : Map.of();
    return new Inheritance(servers, new Weights(weights), secret, found);
  }

  private static int number(Map<?, ?> server, String name) {
    return ((Number) server.get(name)).intValue();
  }
}
