package io.steelyard.sim.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Something that befalls servers at a time.
 *
 * @param servers a server's name, several with commas between them, {@code half} (every other one)
 *     or {@code all}
 * @param amount the factor of {@link Kind#SLOW}, the share (0 to 1) of {@link Kind#ERRORS}, the
 *     nanoseconds of each state of {@link Kind#FLAP}; 0 for others
 * @param forNs how long; {@link #FOR_EVER} until the end
 */
public record Fault(long atNs, String servers, Kind kind, double amount, long forNs) {
  public static final long FOR_EVER = Long.MAX_VALUE;

  /** What happens to the server. */
  public enum Kind {
    /** Its connections break, new ones are refused, what it worked at is lost. */
    DOWN("down"),
    /** Nothing reaches it any more: no connection comes about. */
    LOST("lost"),
    /** It is stopped (SIGSTOP): takes connections and answers nothing until it goes on. */
    FREEZE("freeze"),
    /** Each request takes a multiple of its time. */
    SLOW("slow"),
    /** A share of its answers are 5xx, at once. */
    ERRORS("errors"),
    /** Down and up in turn. */
    FLAP("flap"),
    /** The operator drains it. */
    DRAIN("drain"),
    /** The operator has it in maintenance. */
    MAINTAIN("maintain"),
    /** It is added to the pool at this time, and was not there before. */
    JOIN("join");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }
  }

  /** When it ends; {@link #FOR_EVER} if it does not. */
  public long endNs() {
    return forNs == FOR_EVER ? FOR_EVER : atNs + forNs;
  }

  /** The indexes of the servers of a pool that it befalls. */
  public List<Integer> whom(PoolPlan pool) {
    List<String> wanted = List.of(servers.split(",", -1));
    List<Integer> whom = new ArrayList<>();
    for (int i = 0; i < pool.servers().size(); i++) {
      boolean half = servers.equals("half") && i % 2 == 0;
      if (servers.equals("all") || half || wanted.contains(pool.servers().get(i).name())) {
        whom.add(i);
      }
    }
    return whom;
  }

  /** The names in it that no server of a pool has. */
  public List<String> unknown(PoolPlan pool) {
    if (servers.equals("all") || servers.equals("half")) {
      return List.of();
    }
    List<String> names = pool.servers().stream().map(ServerPlan::name).toList();
    return Arrays.stream(servers.split(",", -1)).filter(n -> !names.contains(n)).toList();
  }
}
