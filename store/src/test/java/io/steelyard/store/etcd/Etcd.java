package io.steelyard.store.etcd;

import io.steelyard.testkit.Eventually;
import io.steelyard.testkit.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A real etcd: members of one cluster, which can be killed, frozen and started again. */
final class Etcd implements AutoCloseable {
  private final Path dir;
  private final List<Integer> clientPorts;
  private final List<Integer> peerPorts;
  private final List<Process> members = new ArrayList<>();

  private Etcd(Path dir, int members) {
    this.dir = dir;
    this.clientPorts = FreePorts.many(members);
    this.peerPorts = FreePorts.many(members);
  }

  /** Returns once it answers. */
  static Etcd start(Path dir, int members) throws IOException {
    Etcd etcd = new Etcd(dir, members);
    for (int i = 0; i < members; i++) {
      etcd.members.add(etcd.run(i));
    }
    for (int i = 0; i < members; i++) {
      etcd.awaitMember(i);
    }
    return etcd;
  }

  private Process run(int member) throws IOException {
    List<String> cluster = new ArrayList<>();
    for (int i = 0; i < peerPorts.size(); i++) {
      cluster.add("m%d=%s".formatted(i, url(peerPorts.get(i))));
    }
    List<String> command =
        List.of(
            "etcd",
            "--name=m" + member,
            "--data-dir=" + dir.resolve("m" + member),
            "--listen-client-urls=" + url(clientPorts.get(member)),
            "--advertise-client-urls=" + url(clientPorts.get(member)),
            "--listen-peer-urls=" + url(peerPorts.get(member)),
            "--initial-advertise-peer-urls=" + url(peerPorts.get(member)),
            "--initial-cluster=" + String.join(",", cluster),
            "--unsafe-no-fsync");
    Files.createDirectories(dir);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(dir.resolve("log" + member).toFile())
        .start();
  }

  private static String url(int port) {
    return "http://127.0.0.1:" + port;
  }

  void awaitMember(int member) {
    Eventually.holds(
        "etcd member " + member + " answers",
        () -> {
          try (EtcdStore store = EtcdStore.of(options("/nothing/", List.of(member)))) {
            return store.read().revision() > 0;
          }
        });
  }

  List<String> urls(List<Integer> members) {
    return members.stream().map(clientPorts::get).map(Etcd::url).toList();
  }

  EtcdOptions options(String prefix, List<Integer> members) {
    return new EtcdOptions(urls(members), prefix, Optional.empty(), Duration.ofSeconds(2));
  }

  /** A client of all members. */
  EtcdStore store(String prefix) {
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < clientPorts.size(); i++) {
      all.add(i);
    }
    return EtcdStore.of(options(prefix, all));
  }

  void kill(int member) {
    members.get(member).destroyForcibly();
    Eventually.holds("it has ended", () -> !members.get(member).isAlive());
  }

  void restart(int member) throws IOException {
    members.set(member, run(member));
    awaitMember(member);
  }

  /** The member comes back as one of a new cluster that knows nothing; only for a single one. */
  void restartEmpty() throws IOException {
    try (var files = Files.walk(dir.resolve("m0"))) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
    restart(0);
  }

  void signal(int member, String signal) throws IOException {
    new ProcessBuilder("kill", "-" + signal, "" + members.get(member).pid()).start();
  }

  boolean accepts(int member) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), clientPorts.get(member))) {
      return socket.isConnected();
    } catch (IOException _) {
      return false;
    }
  }

  @Override
  public void close() {
    for (int i = 0; i < members.size(); i++) {
      kill(i);
    }
  }
}
