package io.steelyard.testkit.netns;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Hosts on one switch, as network namespaces that share nothing with the machine's own network.
 *
 * <pre>
 *   a: eth0 192.0.2.1, 2001:db8::1 ──┐
 *   b: eth0 192.0.2.2, 2001:db8::2 ──┼── br0 (in a namespace of its own)
 *   c: eth0 192.0.2.3, 2001:db8::3 ──┘
 * </pre>
 *
 * Needs root and iproute2; a test asks {@link #impediment} first and is skipped, visibly, with what
 * it says:
 *
 * <pre>{@code
 * assumeTrue(Lab.impediment().isEmpty(), () -> Lab.impediment().orElseThrow());
 * }</pre>
 *
 * Each process names its namespaces after itself. Closing ends the programs in them and removes
 * them; so does the end of this process, and what a killed one left is removed by the next to come.
 * One thread at a time.
 */
public final class Lab implements AutoCloseable {
  private static final Pattern OURS = Pattern.compile("steelyard-(\\d+)-\\S+");
  private static final AtomicInteger LABS = new AtomicInteger();

  private final String prefix =
      "steelyard-" + ProcessHandle.current().pid() + "-" + LABS.incrementAndGet() + "-";
  private final String bridge = prefix + "switch";
  private final List<Host> hosts = new ArrayList<>();
  private final Thread atExit = new Thread(this::remove);

  private Lab() {}

  /** Why there can be no lab here: nothing if there can be one. */
  public static Optional<String> impediment() {
    return Impediment.FOUND;
  }

  private static final class Impediment {
    static final Optional<String> FOUND = find();

    private static Optional<String> find() {
      if (Files.notExists(Path.of("/usr/sbin/ip")) && Files.notExists(Path.of("/usr/bin/ip"))) {
        return Optional.of("hosts of network namespaces need ip (iproute2)");
      }
      String name = "steelyard-" + ProcessHandle.current().pid() + "-0-try";
      Shell.Result made = Shell.attempt(List.of("ip", "netns", "add", name), "");
      if (made.status() != 0) {
        return Optional.of("network namespaces need root: " + made.output().strip());
      }
      Shell.run(List.of("ip", "netns", "del", name));
      return Optional.empty();
    }
  }

  /** A switch without hosts. */
  public static Lab open() {
    removeLeftovers();
    Lab lab = new Lab();
    Runtime.getRuntime().addShutdownHook(lab.atExit);
    Shell.run(List.of("ip", "netns", "add", lab.bridge));
    // It would answer for itself in IPv6, and snooping would wait for who wants which multicast.
    lab.inSwitch("sysctl", "-qw", "net.ipv6.conf.default.disable_ipv6=1");
    lab.inSwitch(
        "ip", "link", "add", "br0", "type", "bridge", "forward_delay", "0", "mcast_snooping", "0");
    lab.inSwitch("ip", "link", "set", "br0", "up");
    return lab;
  }

  /** One more host, of the next addresses; its link is up. 250 at most. */
  public Host host(String name) {
    int number = hosts.size() + 1;
    if (number > 250) {
      throw new IllegalStateException("too many hosts");
    }
    Host host = new Host(this, name, number);
    hosts.add(host);
    host.build();
    return host;
  }

  /** The hosts so far, in the order in which they came. */
  public List<Host> hosts() {
    return List.copyOf(hosts);
  }

  String prefix() {
    return prefix;
  }

  String switchNamespace() {
    return bridge;
  }

  /** What a command prints that is run where the bridge is. */
  String inSwitch(String... command) {
    return Shell.run(Host.inside(bridge, command));
  }

  /** Ends every program on the hosts and removes them and the switch. */
  @Override
  public void close() {
    remove();
    Runtime.getRuntime().removeShutdownHook(atExit);
  }

  private void remove() {
    hosts.forEach(Host::endPrograms);
    hosts.forEach(host -> remove(host.namespace()));
    remove(bridge);
  }

  private static void removeLeftovers() {
    for (String line : Shell.run(List.of("ip", "netns", "list")).lines().toList()) {
      Matcher ours = OURS.matcher(line);
      if (ours.lookingAt() && ProcessHandle.of(Long.parseLong(ours.group(1))).isEmpty()) {
        remove(ours.group());
      }
    }
  }

  /** With what runs in it: even a stopped process ends by SIGKILL. */
  private static void remove(String namespace) {
    Shell.Result inside = Shell.attempt(List.of("ip", "netns", "pids", namespace), "");
    if (inside.status() == 0) {
      inside
          .output()
          .lines()
          .map(line -> ProcessHandle.of(Long.parseLong(line.strip())))
          .forEach(process -> process.ifPresent(ProcessHandle::destroyForcibly));
      Shell.attempt(List.of("ip", "netns", "del", namespace), "");
    }
  }
}
