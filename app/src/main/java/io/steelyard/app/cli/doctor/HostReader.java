package io.steelyard.app.cli.doctor;

import io.steelyard.app.cli.doctor.Facts.Host;
import io.steelyard.vip.link.Capabilities;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What the machine says of a node's process (proc(5)), and its packet filter. Blocks shortly. */
public final class HostReader {
  private static final String OURS = "steelyard";
  private static final String GUARD = "io.steelyard.vip.guard.GuardMain";
  private static final Path NFT = Path.of("/usr/sbin/nft");
  private static final long NFT_SECONDS = 3;
  private static final int FILTERS_BYTES_MAX = 4 << 20;

  private HostReader() {}

  /** Of the node with that process; empty if there is none on this machine. */
  public static Optional<Host> of(long pid) {
    Path process = Path.of("/proc", Long.toString(pid));
    try {
      if (!Files.readString(process.resolve("cmdline")).contains(OURS)) {
        return Optional.empty();
      }
      Capabilities capabilities = Capabilities.of(Files.readString(process.resolve("status")));
      return Optional.of(
          new Host(
              missing(capabilities),
              guarded(pid),
              openFiles(Files.readString(process.resolve("limits"))),
              filters()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static List<String> missing(Capabilities capabilities) {
    List<String> missing = new ArrayList<>();
    if (!capabilities.netAdmin()) {
      missing.add("CAP_NET_ADMIN");
    }
    if (!capabilities.netRaw()) {
      missing.add("CAP_NET_RAW");
    }
    return missing;
  }

  private static Optional<Boolean> guarded(long pid) {
    Optional<ProcessHandle> node = ProcessHandle.of(pid);
    if (node.isEmpty()) {
      return Optional.empty();
    }
    try (Stream<ProcessHandle> children = node.get().children()) {
      return Optional.of(children.anyMatch(HostReader::isGuard));
    }
  }

  private static boolean isGuard(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"))
          .contains(GUARD);
    } catch (IOException e) {
      return false;
    }
  }

  /** The soft limit; what is unlimited is very many. */
  static long openFiles(String limits) throws IOException {
    String line =
        limits
            .lines()
            .filter(l -> l.startsWith("Max open files"))
            .findFirst()
            .orElseThrow(() -> new IOException("no limit of open files"));
    String soft = line.substring("Max open files".length()).strip().split("\\s+", 2)[0];
    return soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft);
  }

  /** As far as it is permitted to see them. */
  private static String filters() {
    if (!Files.isExecutable(NFT)) {
      return "";
    }
    try {
      Process nft =
          new ProcessBuilder(NFT.toString(), "-nn", "list", "ruleset")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        nft.getOutputStream().close();
        byte[] rules = nft.getInputStream().readNBytes(FILTERS_BYTES_MAX);
        boolean done = nft.waitFor(NFT_SECONDS, TimeUnit.SECONDS) && nft.exitValue() == 0;
        return done ? new String(rules, StandardCharsets.UTF_8) : "";
      } finally {
        nft.destroyForcibly();
      }
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
