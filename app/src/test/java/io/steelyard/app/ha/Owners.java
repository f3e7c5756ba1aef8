package io.steelyard.app.ha;

import io.steelyard.testkit.netns.Host;
import io.steelyard.testkit.netns.Program;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which hosts have the virtual address, and since when: as their kernels tell it. What listens to
 * them runs before others, and notes the time itself: what is read late on a busy machine would
 * look as if two had it.
 */
final class Owners {
  private record Change(long atNs, Host host, boolean has) {}

  private record Watch(Host host, Program monitor) {}

  private static final List<String> MONITOR = List.of("ip", "-ts", "-o", "monitor", "address");
  private static final List<String> BEFORE_OTHERS = List.of("chrt", "-r", "5");

  private final Instant base = Instant.now();
  private final long baseNs = System.nanoTime();

  private final String address;
  private final List<Watch> watches = new ArrayList<>();

  /** Watches these hosts until their lab ends; none of them has the address yet. */
  Owners(String address, List<Host> hosts) {
    this.address = address;
    for (Host host : hosts) {
      watches.add(new Watch(host, host.start(monitor(host).toArray(String[]::new))));
    }
  }

  private static List<String> monitor(Host host) {
    List<String> words = new ArrayList<>(BEFORE_OTHERS);
    words.add("true");
    boolean may = host.succeeds(words.toArray(String[]::new));
    words.removeLast();
    if (!may) {
      words.clear();
    }
    words.addAll(MONITOR);
    return words;
  }

  /** Of a line that begins with {@code [2026-11-27T13:18:26.588280] }. */
  private long atNs(String line) {
    String time = line.substring(1, line.indexOf(']'));
    Instant at = LocalDateTime.parse(time).atZone(ZoneId.systemDefault()).toInstant();
    return baseNs + Duration.between(base, at).toNanos();
  }

  private List<Change> changes() {
    List<Change> changes = new ArrayList<>();
    for (Watch watch : watches) {
      for (Program.Line line : watch.monitor().lines()) {
        if (line.text().contains(" " + address + "/")) {
          boolean has = !line.text().contains("] Deleted ");
          changes.add(new Change(atNs(line.text()), watch.host(), has));
        }
      }
    }
    changes.sort(Comparator.comparingLong(Change::atNs));
    return changes;
  }

  /** Who has it now. */
  Set<Host> now() {
    Set<Host> owners = new HashSet<>();
    changes().forEach(change -> follow(owners, change));
    return owners;
  }

  private static void follow(Set<Host> owners, Change change) {
    if (change.has()) {
      owners.add(change.host());
    } else {
      owners.remove(change.host());
    }
  }

  /**
   * What became of it after a moment.
   *
   * @param most owners at a time
   * @param takings how often a host got it
   * @param last owners at the end
   * @param singleNs from that moment until there was one owner for good; negative if there is not
   */
  record Course(int most, int takings, Set<Host> last, long singleNs) {}

  Course since(long startNs) {
    Set<Host> owners = new HashSet<>();
    int most = 0;
    int takings = 0;
    long singleNs = 0;
    for (Change change : changes()) {
      if (change.atNs() >= startNs) {
        most = Math.max(most, owners.size());
      }
      int before = owners.size();
      boolean had = owners.contains(change.host());
      follow(owners, change);
      if (change.atNs() >= startNs) {
        takings += change.has() && !had ? 1 : 0;
        singleNs = before == owners.size() ? singleNs : change.atNs() - startNs;
      }
    }
    most = Math.max(most, owners.size());
    return new Course(most, takings, Set.copyOf(owners), owners.size() == 1 ? singleNs : -1);
  }
}
