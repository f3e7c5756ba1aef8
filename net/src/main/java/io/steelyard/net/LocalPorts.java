package io.steelyard.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The ports that the kernel gives to sockets that ask for none of their own. */
public final class LocalPorts {
  private static final Path RANGE = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
  private static final int USUAL = 60_999 - 32_768 + 1;

  private LocalPorts() {}

  /** How many there are; what is usual if the kernel does not say. Blocks for a moment. */
  public static int count() {
    try {
      return count(Files.readString(RANGE));
    } catch (IOException e) {
      return USUAL;
    }
  }

  static int count(String range) {
    String[] ends = range.strip().split("\\s+", 2);
    try {
      int count = Integer.parseInt(ends[1]) - Integer.parseInt(ends[0]) + 1;
      return count > 0 ? count : USUAL;
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      return USUAL;
    }
  }
}
