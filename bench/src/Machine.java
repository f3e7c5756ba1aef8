import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/** What is asked of the machine that this runs on. */
final class Machine {
  /** Below the range from which the kernel takes ports for outgoing connections. */
  private static final int PORTS_FROM = 10_000;

  private static final int PORTS_TO = 30_000;
  private static final Path POLICY = Path.of("/usr/sbin/policy-rc.d");

  private Machine() {}

  static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  /** The cores this process may run on, lowest first. */
  static List<Integer> permittedCores() throws IOException {
    List<Integer> cores = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("Cpus_allowed_list:")) {
        for (String range : line.substring(line.indexOf(':') + 1).trim().split(",")) {
          String[] ends = range.split("-");
          for (int core = Integer.parseInt(ends[0]);
              core <= Integer.parseInt(ends[ends.length - 1]);
              core++) {
            cores.add(core);
          }
        }
      }
    }
    return cores;
  }

  /** Makes sure that a program is there, from Debian's packages if need be. */
  static void needTool(String program, String... packages)
      throws IOException, InterruptedException {
    if (finds(program)) {
      return;
    }
    String names = String.join(" ", packages);
    if (!isRoot() || !finds("apt-get")) {
      throw Stop.because(
          program
              + " is missing: install the Debian package(s) "
              + names
              + ", or leave it out with --only");
    }
    System.err.println("bench/compare: installing " + names);
    List<String> install =
        new ArrayList<>(List.of("apt-get", "install", "-y", "--no-install-recommends"));
    install.addAll(List.of(packages));
    withoutStartingServices(() -> {
      if (call(install).code() != 0) {
        call(List.of("apt-get", "update"));
        Output output = call(install);
        if (output.code() != 0) {
          throw Stop.because("apt-get could not install " + names + ":\n" + output.text());
        }
      }
    });
    if (finds("systemctl")) {
      call(List.of("systemctl", "disable", program)); // not at the next boot either
    }
  }

  private interface Step {
    void run() throws IOException, InterruptedException;
  }

  /**
   * Debian asks policy-rc.d whether a package may start its service: the answer is no for the time
   * of this.
   */
  private static void withoutStartingServices(Step step) throws IOException, InterruptedException {
    boolean ours = !Files.exists(POLICY);
    if (ours) {
      Files.writeString(POLICY, "#!/bin/sh\nexit 101\n");
      POLICY.toFile().setExecutable(true, false);
    }
    try {
      step.run();
    } finally {
      if (ours) {
        Files.deleteIfExists(POLICY);
      }
    }
  }

  private static boolean finds(String program) throws IOException, InterruptedException {
    return call(List.of("sh", "-c", "command -v " + program)).code() == 0;
  }

  /** Compiles one C file into {@code dir}. */
  static Path compile(Path source, Path dir) throws IOException, InterruptedException {
    Path program = dir.resolve(source.getFileName().toString().replace(".c", ""));
    Output output = call(List.of("gcc", "-O2", "-o", program.toString(), source.toString()));
    if (output.code() != 0) {
      throw Stop.because(
          "gcc could not compile "
              + source
              + " (are gcc and libc6-dev installed?):\n"
              + output.text());
    }
    return program;
  }

  /** Ports on 127.0.0.1 that are free now. */
  static List<Integer> freePorts(int count) throws IOException {
    List<Integer> ports = new ArrayList<>();
    InetAddress loopback = InetAddress.getByName("127.0.0.1");
    for (int tries = 0; ports.size() < count; tries++) {
      int port = ThreadLocalRandom.current().nextInt(PORTS_FROM, PORTS_TO);
      try (ServerSocket _ = new ServerSocket(port, 1, loopback)) {
        if (!ports.contains(port)) {
          ports.add(port);
        }
      } catch (IOException e) {
        if (tries > 1000) {
          throw new IOException("found no free port on 127.0.0.1", e);
        }
      }
    }
    return ports;
  }

  /** What a reader of the figures needs to know about the machine. */
  static Map<String, String> facts() throws IOException, InterruptedException {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("cpu", cpuModel());
    facts.put("cores", "" + permittedCores().size());
    facts.put("kernel", Files.readString(Path.of("/proc/sys/kernel/osrelease")).trim());
    facts.put(
        "congestion",
        Files.readString(Path.of("/proc/sys/net/ipv4/tcp_congestion_control")).trim());
    facts.put("haproxy", firstLine(List.of("haproxy", "-v")));
    facts.put("nginx", firstLine(List.of("nginx", "-v")));
    facts.put("java", System.getProperty("java.vm.version"));
    return facts;
  }

  private static String cpuModel() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).trim())
          .findFirst()
          .orElse("unknown");
    }
  }

  private static String firstLine(List<String> command) throws InterruptedException {
    try {
      return call(command).text().lines().findFirst().orElse("");
    } catch (IOException e) {
      return "not installed";
    }
  }

  static void deleteTree(Path root) throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }

  /** What a command printed, both streams, and its exit code. */
  record Output(int code, String text) {}

  static Output call(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes());
    return new Output(process.waitFor(), text);
  }
}
