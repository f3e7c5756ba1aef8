package io.steelyard.control;

import io.steelyard.config.Config;
import io.steelyard.config.StickyConfig;
import io.steelyard.control.Event.Kind;
import io.steelyard.core.server.ServerId;
import io.steelyard.core.snapshot.Snapshot;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/** Says, in the log and as events, what has become of the configuration. Any thread. */
final class ConfigEvents {
  private static final Logger LOG = System.getLogger("steelyard.control");

  private final Events events;

  ConfigEvents(Events events) {
    this.events = events;
  }

  void refused(List<String> errors) {
    say(
        Kind.REFUSED,
        Level.ERROR,
        "configuration refused, nothing changed: " + String.join("; ", errors));
  }

  /**
   * A configuration is served.
   *
   * @param keysLast its session cookies can be read by the next process, too
   */
  void serving(Config config, Snapshot served, boolean keysLast) {
    say(
        Kind.CONFIGURED,
        Level.INFO,
        "serving revision "
            + served.revision()
            + ": "
            + served.listeners().size()
            + " listeners, "
            + served.pools().size()
            + " pools");
    if (!keysLast && hasCookies(config)) {
      LOG.log(
          Level.WARNING,
          "session cookies are signed with a key that ends with this process: 'state: {keys:"
              + " FILE}' lets them outlive it");
    }
  }

  private static boolean hasCookies(Config config) {
    return config.pools().stream()
        .flatMap(p -> p.sticky().stream())
        .anyMatch(s -> s.means() instanceof StickyConfig.Means.Cookie);
  }

  void weight(ServerId server, OptionalInt weight) {
    String text =
        "pool %s server %s has %s"
            .formatted(
                server.pool(),
                server.server(),
                weight.isPresent()
                    ? "weight " + weight.getAsInt() + " by its operator's wish"
                    : "its configured weight again");
    events.add(Kind.WEIGHT, server, text);
    LOG.log(Level.INFO, text);
  }

  void draining(Duration deadline) {
    say(Kind.DRAINING, Level.INFO, "draining for at most " + deadline.toSeconds() + "s");
  }

  private void say(Kind kind, Level level, String text) {
    events.add(kind, text);
    LOG.log(level, text);
  }
}
