package io.steelyard.app.node.sharing;

import io.steelyard.core.health.Wish;
import io.steelyard.core.server.ServerId;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * What operators wish of servers, as nodes tell each other: {@code wish/<pool>/<server>}, and the
 * wish in lower case.
 */
final class SharedWishes {
  private static final String PREFIX = "wish/";

  private final SharedFacts facts;
  private final LateController controller;

  SharedWishes(SharedFacts facts, LateController controller) {
    this.facts = facts;
    this.controller = controller;
  }

  /** This node's operator wishes so; returns at once. */
  void wish(ServerId server, Wish wish) {
    facts.say(
        PREFIX + server.pool() + "/" + server.server(),
        word(wish).getBytes(StandardCharsets.US_ASCII));
  }

  /** Does what is said, if it is a wish. */
  void follow(String name, byte[] value) {
    int slash = name.indexOf('/', PREFIX.length());
    if (!name.startsWith(PREFIX) || slash <= PREFIX.length()) {
      return;
    }
    ServerId server =
        new ServerId(name.substring(PREFIX.length(), slash), name.substring(slash + 1));
    String word = new String(value, StandardCharsets.US_ASCII);
    for (Wish wish : Wish.values()) {
      if (word(wish).equals(word)) {
        controller.wished(server, wish);
      }
    }
  }

  private static String word(Wish wish) {
    return wish.name().toLowerCase(Locale.ROOT);
  }
}
