package io.steelyard.app.node.cluster;

import io.steelyard.config.Address;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Which hardware addresses are those of nodes that are not there: one that was killed together with
 * its guard leaves virtual addresses on its host, whose kernel goes on answering for them. One that
 * is there owns what it answers for. By what the kernel knows of the neighbours that nodes exchange
 * datagrams with. One thread.
 */
final class DeadNodes {
  private static final Path TABLE = Path.of("/proc/net/arp");
  private static final long READ_EVERY_NS = TimeUnit.SECONDS.toNanos(1);
  private static final int ADDRESS_COLUMN = 0;
  private static final int HARDWARE_COLUMN = 3;

  private final Predicate<InetAddress> heard;
  private List<String> table = List.of();
  private long readNs = System.nanoTime() - READ_EVERY_NS;

  /**
   * @param heard whether a node at an address is there now
   */
  DeadNodes(Predicate<InetAddress> heard) {
    this.heard = heard;
  }

  /**
   * Whether one of these nodes was there and is not any more. Nodes that are configured by names,
   * or that only speak IPv6, are not known.
   *
   * @param hardware as 02:00:00:00:02:01
   */
  boolean are(String hardware, List<Address.Tcp> nodes) {
    long nowNs = System.nanoTime();
    if (nowNs - readNs >= READ_EVERY_NS) {
      readNs = nowNs;
      table = read();
    }
    return are(hardware, nodes, table);
  }

  private static List<String> read() {
    try {
      return Files.readAllLines(TABLE);
    } catch (IOException e) {
      return List.of();
    }
  }

  /** The same by a table that was read, with its heading. */
  boolean are(String hardware, List<Address.Tcp> nodes, List<String> neighbours) {
    List<InetAddress> addresses =
        nodes.stream().map(node -> literal(node.host())).flatMap(Optional::stream).toList();
    return neighbours.stream()
        .skip(1)
        .map(line -> line.split("\\s+"))
        .filter(columns -> columns.length > HARDWARE_COLUMN)
        .filter(columns -> columns[HARDWARE_COLUMN].equalsIgnoreCase(hardware))
        .flatMap(columns -> literal(columns[ADDRESS_COLUMN]).stream())
        .anyMatch(address -> addresses.contains(address) && !heard.test(address));
  }

  private static Optional<InetAddress> literal(String host) {
    try {
      return Optional.of(InetAddress.ofLiteral(host));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
