package io.steelyard.vip.link;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What this process may do with links (capabilities(7)), to say so before an election instead of
 * after it.
 *
 * @param netAdmin whether it may add and delete addresses
 * @param netRaw whether it may send and receive VRRP and ARP
 */
public record Capabilities(boolean netAdmin, boolean netRaw) {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final int CAP_NET_ADMIN = 12;
  private static final int CAP_NET_RAW = 13;

  /** Those in effect now. */
  public static Capabilities effective() throws IOException {
    return of(Files.readString(STATUS));
  }

  /**
   * Those in effect of any process.
   *
   * @param status what its {@code /proc/PID/status} says
   */
  public static Capabilities of(String status) throws IOException {
    String line =
        status
            .lines()
            .filter(l -> l.startsWith("CapEff:"))
            .findFirst()
            .orElseThrow(() -> new IOException(STATUS + " has no CapEff"));
    long bits = Long.parseUnsignedLong(line.substring(line.indexOf(':') + 1).strip(), 16);
    return new Capabilities((bits >> CAP_NET_ADMIN & 1) != 0, (bits >> CAP_NET_RAW & 1) != 0);
  }

  /** An error that names what is missing and how to get it, if anything is. */
  public void require() throws IOException {
    List<String> missing = new ArrayList<>();
    if (!netAdmin) {
      missing.add("CAP_NET_ADMIN");
    }
    if (!netRaw) {
      missing.add("CAP_NET_RAW");
    }
    if (!missing.isEmpty()) {
      throw new IOException(
          "virtual addresses need "
              + String.join(" and ", missing)
              + ": run this as root, or under systemd with AmbientCapabilities="
              + String.join(" ", missing));
    }
  }
}
