package io.steelyard.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A real ZooKeeper, Debian's: members of one ensemble, killed, frozen and started again. */
public final class ZooKeeper implements AutoCloseable {
  private static final Path JAR = Path.of("/usr/share/java/zookeeper.jar");

  /** The jar names what it needs but for TLS. */
  private static final String CLASS_PATH =
      JAR
          + ":/usr/share/java/netty-codec.jar:/usr/share/java/netty-resolver.jar"
          + ":/usr/share/java/netty-transport-native-unix-common.jar";

  /** Of the start of a machine of Java that others crowd. */
  private static final Duration START = Duration.ofSeconds(60);

  private final Path dir;
  private final List<Integer> clientPorts;
  private final List<Integer> peerPorts;
  private final List<Integer> electionPorts;
  private final List<String> more;
  private final List<Process> members = new ArrayList<>();

  private ZooKeeper(Path dir, int members, List<String> more) {
    this.dir = dir;
    this.clientPorts = FreePorts.many(members);
    this.peerPorts = FreePorts.many(members);
    this.electionPorts = FreePorts.many(members);
    this.more = more;
  }

  /**
   * Returns once it answers.
   *
   * @param more lines of each member's configuration
   */
  public static ZooKeeper start(Path dir, int members, String... more) throws IOException {
    if (!Files.exists(JAR)) {
      throw new AssertionError(JAR + " is missing; ./test installs it");
    }
    ZooKeeper zookeeper = new ZooKeeper(dir, members, List.of(more));
    boolean answers = false;
    try {
      zookeeper.startAll();
      answers = true;
      return zookeeper;
    } finally {
      if (!answers) {
        zookeeper.close();
      }
    }
  }

  private void startAll() throws IOException {
    for (int i = 0; i < clientPorts.size(); i++) {
      members.add(run(i));
    }
    for (int i = 0; i < clientPorts.size(); i++) {
      awaitMember(i);
    }
  }

  private Process run(int member) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("tickTime=500");
    lines.add("minSessionTimeout=4000");
    lines.add("initLimit=20");
    lines.add("syncLimit=4");
    lines.add("dataDir=" + dir.resolve("m" + member));
    lines.add("clientPortAddress=127.0.0.1");
    lines.add("clientPort=" + clientPorts.get(member));
    lines.add("admin.enableServer=false");
    lines.add("4lw.commands.whitelist=srvr");
    for (int i = 0; members() > 1 && i < members(); i++) {
      int id = i + 1;
      lines.add("server.%d=127.0.0.1:%d:%d".formatted(id, peerPorts.get(i), electionPorts.get(i)));
    }
    lines.addAll(more);
    Files.createDirectories(dir.resolve("m" + member));
    Files.writeString(dir.resolve("m" + member).resolve("myid"), "" + (member + 1));
    Path config = dir.resolve("zoo" + member + ".cfg");
    Files.write(config, lines);
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Dzookeeper.forceSync=no",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
            "-Dzookeeper.jmx.log4j.disable=true",
            "-cp",
            CLASS_PATH,
            "org.apache.zookeeper.server.quorum.QuorumPeerMain",
            config.toString());
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(dir.resolve("log" + member).toFile())
        .start();
  }

  private int members() {
    return clientPorts.size();
  }

  /** Returns once a member answers and knows a leader. */
  public void awaitMember(int member) {
    Process process = members.get(member);
    Eventually.within(
        START,
        "ZooKeeper's member " + member + " answers or ends",
        () -> !process.isAlive() || said(member).contains("Mode: "));
    if (!process.isAlive()) {
      throw new AssertionError("ZooKeeper ended: " + read(dir.resolve("log" + member)));
    }
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** What a member says of itself. */
  public String said(int member) throws IOException {
    try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), clientPorts.get(member))) {
      socket.setSoTimeout(1000);
      socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  /** Where all members take clients, as {@code host:port}. */
  public List<String> addresses() {
    return clientPorts.stream().map(port -> "127.0.0.1:" + port).toList();
  }

  /** {@code host:port,host:port}. */
  public String endpoints() {
    return String.join(",", addresses());
  }

  /** SIGKILL. */
  public void kill(int member) {
    members.get(member).destroyForcibly();
    Eventually.holds("it has ended", () -> !members.get(member).isAlive());
  }

  /** With what it knew; returns once it answers. */
  public void restart(int member) throws IOException {
    members.set(member, run(member));
    awaitMember(member);
  }

  /** The member comes back knowing nothing; only for a single one. */
  public void restartEmpty() throws IOException {
    try (var files = Files.walk(dir.resolve("m0"))) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
    restart(0);
  }

  /** STOP, CONT or another one. */
  public void signal(int member, String signal) throws IOException, InterruptedException {
    Programs.run("kill", "-" + signal, "" + members.get(member).pid());
  }

  @Override
  public void close() {
    for (int i = 0; i < members.size(); i++) {
      kill(i);
    }
  }
}
