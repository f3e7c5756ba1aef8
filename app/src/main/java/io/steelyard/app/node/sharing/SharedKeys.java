package io.steelyard.app.node.sharing;

import io.steelyard.core.session.Keyring;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/**
 * The secrets that sessions are told by, as all nodes of a cluster have them in common: one of the
 * cluster's key, and those that operators have made since. A new one is good at once and signs when
 * all nodes have heard of it; the old ones stay good until newer ones push them out.
 *
 * <p>Told as lines of {@code <when it signs, ms since 1970> <secret in hexadecimal>}.
 */
record SharedKeys(List<Made> made) {
  static final SharedKeys NONE = new SharedKeys(List.of());

  /** The name of what is told. */
  static final String FACT = "session-keys";

  /** For all nodes to hear of a secret before cookies come that were signed with it. */
  static final Duration OVERLAP = Duration.ofSeconds(10);

  private static final String PURPOSE = "session keys";

  /** The cluster's own counts, too. */
  private static final int MADE_MAX = Keyring.SECRETS_MAX - 1;

  /** A secret, and when it signs. */
  record Made(long signsMs, String secret) {}

  /** As it is told; what is no such line is passed over. */
  static SharedKeys read(byte[] told) {
    List<Made> made = new ArrayList<>();
    for (String line : new String(told, StandardCharsets.US_ASCII).split("\n", -1)) {
      if (line.matches("[0-9]{1,15} [0-9a-f]{64}")) {
        int blank = line.indexOf(' ');
        made.add(new Made(Long.parseLong(line.substring(0, blank)), line.substring(blank + 1)));
      }
    }
    return new SharedKeys(made.subList(0, Math.min(made.size(), MADE_MAX)));
  }

  byte[] written() {
    StringBuilder out = new StringBuilder();
    made.forEach(m -> out.append(m.signsMs).append(' ').append(m.secret).append('\n'));
    return out.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /** With one more, the newest first. */
  SharedKeys withNew(long nowMs) {
    byte[] secret = new byte[Keyring.SECRET_BYTES_MIN];
    new SecureRandom().nextBytes(secret);
    List<Made> next = new ArrayList<>();
    next.add(new Made(nowMs + OVERLAP.toMillis(), HexFormat.of().formatHex(secret)));
    next.addAll(made.subList(0, Math.min(made.size(), MADE_MAX - 1)));
    return new SharedKeys(next);
  }

  /** The newest that signs already comes first. */
  Keyring ring(Keyring cluster, long nowMs) {
    List<byte[]> secrets = new ArrayList<>();
    made.stream()
        .sorted(
            Comparator.comparing((Made m) -> m.signsMs > nowMs)
                .thenComparing(Made::signsMs, Comparator.reverseOrder()))
        .forEach(m -> secrets.add(HexFormat.of().parseHex(m.secret)));
    boolean someSign = made.stream().anyMatch(m -> m.signsMs <= nowMs);
    secrets.add(someSign ? secrets.size() : 0, cluster.derive(0, PURPOSE));
    for (int i = 1; i < cluster.size() && secrets.size() < Keyring.SECRETS_MAX; i++) {
      secrets.add(cluster.derive(i, PURPOSE));
    }
    return Keyring.of(secrets);
  }

  /** In how long the next one begins to sign; zero: none is to. */
  Duration untilNextSigns(long nowMs) {
    return Duration.ofMillis(
        made.stream().mapToLong(m -> m.signsMs - nowMs).filter(ms -> ms > 0).min().orElse(0));
  }

  @Override
  public String toString() {
    return made.size() + " secrets";
  }
}
