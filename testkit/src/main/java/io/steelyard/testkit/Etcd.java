package io.steelyard.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A real etcd: members of one cluster, which can be killed, frozen and started again. */
public final class Etcd implements AutoCloseable {
  private final Path dir;
  private final List<Integer> clientPorts;
  private final List<Integer> peerPorts;
  private final List<Integer> healthPorts;
  private final Optional<TestCertificate> certificate;
  private final Optional<TestCertificate> clients;
  private final List<Process> members = new ArrayList<>();

  private Etcd(
      Path dir,
      int members,
      Optional<TestCertificate> certificate,
      Optional<TestCertificate> clients) {
    this.dir = dir;
    this.certificate = certificate;
    this.clients = clients;
    this.healthPorts = FreePorts.many(members);
    this.clientPorts = FreePorts.many(members);
    this.peerPorts = FreePorts.many(members);
  }

  /** Returns once it answers. */
  public static Etcd start(Path dir, int members) throws IOException {
    return start(new Etcd(dir, members, Optional.empty(), Optional.empty()), members);
  }

  /** One member that clients speak TLS with; returns once it answers. */
  public static Etcd startTls(Path dir, TestCertificate certificate) throws IOException {
    return start(new Etcd(dir, 1, Optional.of(certificate), Optional.empty()), 1);
  }

  /** The same, and its clients have to show a certificate that {@code clients} has signed. */
  public static Etcd startTls(Path dir, TestCertificate certificate, TestCertificate clients)
      throws IOException {
    return start(new Etcd(dir, 1, Optional.of(certificate), Optional.of(clients)), 1);
  }

  private static Etcd start(Etcd etcd, int members) throws IOException {
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
        new ArrayList<>(
            List.of(
                "etcd",
                "--name=m" + member,
                "--data-dir=" + dir.resolve("m" + member),
                "--listen-client-urls=" + clientUrl(clientPorts.get(member)),
                "--advertise-client-urls=" + clientUrl(clientPorts.get(member)),
                "--listen-metrics-urls=" + url(healthPorts.get(member)),
                "--listen-peer-urls=" + url(peerPorts.get(member)),
                "--initial-advertise-peer-urls=" + url(peerPorts.get(member)),
                "--initial-cluster=" + String.join(",", cluster),
                "--unsafe-no-fsync"));
    certificate.ifPresent(
        made -> command.addAll(List.of("--cert-file=" + made.file(), "--key-file=" + made.key())));
    clients.ifPresent(
        made -> command.addAll(List.of("--client-cert-auth", "--trusted-ca-file=" + made.file())));
    Files.createDirectories(dir);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(dir.resolve("log" + member).toFile())
        .start();
  }

  private String clientUrl(int port) {
    return (certificate.isPresent() ? "https" : "http") + "://127.0.0.1:" + port;
  }

  private static String url(int port) {
    return "http://127.0.0.1:" + port;
  }

  /** Returns once a member answers and knows a leader. */
  public void awaitMember(int member) {
    Eventually.holds("etcd member " + member + " answers", () -> healthy(member));
  }

  private boolean healthy(int member) throws IOException {
    URL health = URI.create(url(healthPorts.get(member)) + "/health").toURL();
    try (InputStream in = health.openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).contains("true");
    }
  }

  /** What clients ask these members at. */
  public List<String> urls(List<Integer> members) {
    return members.stream().map(clientPorts::get).map(this::clientUrl).toList();
  }

  /** What clients ask all members at. */
  public List<String> urls() {
    return clientPorts.stream().map(this::clientUrl).toList();
  }

  /** {@code host:port,host:port}. */
  public String endpoints() {
    return clientPorts.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
  }

  /**
   * From now on asks who they are: {@code root}, with this password, may do everything. With TLS
   * only where clients are shown to have the member's own certificate.
   */
  public void enableAuth(String password) throws IOException, InterruptedException {
    control("user", "add", "root:" + password);
    control("role", "add", "root");
    control("user", "grant-role", "root", "root");
    control("auth", "enable");
  }

  private void control(String... command) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("etcdctl", "--endpoints=" + endpoints()));
    certificate.ifPresent(made ->
        all.addAll(
            List.of("--cacert=" + made.file(), "--cert=" + made.file(), "--key=" + made.key())));
    all.addAll(List.of(command));
    Programs.run(all.toArray(String[]::new));
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

  /** The member comes back as one of a new cluster that knows nothing; only for a single one. */
  public void restartEmpty() throws IOException {
    try (var files = Files.walk(dir.resolve("m0"))) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
    restart(0);
  }

  /** STOP, CONT or another one. */
  public void signal(int member, String signal) throws IOException {
    new ProcessBuilder("kill", "-" + signal, "" + members.get(member).pid()).start();
  }

  @Override
  public void close() {
    for (int i = 0; i < members.size(); i++) {
      kill(i);
    }
  }
}
