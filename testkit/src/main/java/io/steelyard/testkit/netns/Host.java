package io.steelyard.testkit.netns;

import io.steelyard.testkit.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A host of a {@link Lab}: a network namespace with loopback and one link, {@code eth0}. What is
 * started in it sees only this network, and the machine's files.
 */
public final class Host {
  /** The name of its link. */
  public static final String LINK = "eth0";

  private final Lab lab;
  private final String name;
  private final int number;
  private final List<Program> programs = new ArrayList<>();

  Host(Lab lab, String name, int number) {
    this.lab = lab;
    this.name = name;
    this.number = number;
  }

  static List<String> inside(String namespace, String... command) {
    return Stream.concat(Stream.of("ip", "netns", "exec", namespace), Stream.of(command)).toList();
  }

  /** No address waits for duplicate detection: it would be of no use for a second or two. */
  void build() {
    Shell.run(List.of("ip", "netns", "add", namespace()));
    run("sysctl", "-qw", "net.ipv6.conf.all.accept_dad=0", "net.ipv6.conf.default.accept_dad=0");
    lab.inSwitch(
        "ip", "link", "add", port(), "type", "veth", "peer", "name", LINK, "netns", namespace());
    lab.inSwitch("ip", "link", "set", port(), "master", "br0", "up");
    Shell.run(
        inside(namespace(), "ip", "-batch", "-"),
        """
        link set lo up
        link set eth0 address %s
        addr add %s/24 dev eth0
        addr add %s/64 dev eth0 nodad
        link set eth0 up
        """
            .formatted(hardwareAddress(), address(), address6()));
    Eventually.holds(
        "a link-local address on " + name,
        () -> run("ip", "-6", "-o", "addr", "show", "dev", LINK, "scope", "link").contains("fe80"));
  }

  /** As the test calls it. */
  public String name() {
    return name;
  }

  /** As {@code ip netns} calls it. */
  public String namespace() {
    return lab.prefix() + name;
  }

  /** Of its link, IPv4: 192.0.2.1 for the first host of a lab. The network is 192.0.2.0/24. */
  public String address() {
    return "192.0.2." + number;
  }

  /** Of its link, IPv6: 2001:db8::1 for the first host of a lab. The network is 2001:db8::/64. */
  public String address6() {
    return String.format(Locale.ROOT, "2001:db8::%x", number);
  }

  /** Of its link: 02:00:00:00:02:01 for the first host of a lab. */
  public String hardwareAddress() {
    return String.format(Locale.ROOT, "02:00:00:00:02:%02x", number);
  }

  private String port() {
    return "port" + number;
  }

  /** What a command prints here; fails if the command does, or if it takes longer than 20 s. */
  public String run(String... command) {
    return Shell.run(inside(namespace(), command));
  }

  /** Whether a command ends well here; killed after 20 s. */
  public boolean succeeds(String... command) {
    return Shell.attempt(inside(namespace(), command), "").status() == 0;
  }

  /**
   * Whether a machine of this address answers from here within 300 ms: if only that a port is shut.
   */
  public boolean reaches(String address) {
    Shell.Result result =
        Shell.attempt(
            inside(
                namespace(), "timeout", "0.3", "bash", "-c", "exec 3<>/dev/tcp/" + address + "/9"),
            "");
    return result.status() == 0 || result.output().contains("Connection refused");
  }

  /** Starts a program here, which ends with the lab at the latest. */
  public Program start(String... command) {
    return start(new ProcessBuilder(), command);
  }

  /**
   * The same with a directory and an environment.
   *
   * @param options its command and where its output goes are set here
   */
  public Program start(ProcessBuilder options, String... command) {
    try {
      Program program = new Program(name, options.command(inside(namespace(), command)));
      programs.add(program);
      return program;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a main class of this class path here, in a Java of its own. */
  public Program startJava(Class<?> main, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-ea",
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(List.of(arguments));
    return start(command.toArray(String[]::new));
  }

  /** Whether an address is on its link at this moment. */
  public boolean has(String address) {
    return run("ip", "-o", "addr", "show", "dev", LINK).contains(" " + address + "/");
  }

  /** Pulls the cable: the link loses its carrier. */
  public void unplug() {
    lab.inSwitch("ip", "link", "set", port(), "down");
  }

  /** Puts the cable back. */
  public void plug() {
    lab.inSwitch("ip", "link", "set", port(), "up");
  }

  /** The switch forwards nothing from and to it any more, but its link stays up. */
  public void cutOff() {
    lab.inSwitch("bridge", "link", "set", "dev", port(), "state", "0");
  }

  /** The switch forwards again, and nothing of {@link #lose} and {@link #deafTo} is left. */
  public void heal() {
    lab.inSwitch("bridge", "link", "set", "dev", port(), "state", "3");
    succeeds("nft", "delete", "table", "netdev", "lab");
  }

  /**
   * Drops this share of what arrives here, by chance. Needs nftables; undone by {@link #heal}.
   *
   * @param percent 0 to 100
   */
  public void lose(int percent) {
    drop("numgen random mod 100 < " + percent);
  }

  /** Drops all that arrives here from another host. Needs nftables; undone by {@link #heal}. */
  public void deafTo(Host other) {
    drop("ether saddr " + other.hardwareAddress());
  }

  private void drop(String what) {
    Shell.run(
        inside(namespace(), "nft", "-f", "-"),
        """
        table netdev lab {
          chain arriving {
            type filter hook ingress device eth0 priority 0; policy accept;
            %s drop
          }
        }
        """
            .formatted(what));
  }

  void endPrograms() {
    programs.forEach(Program::kill);
  }

  @Override
  public String toString() {
    return name;
  }
}
