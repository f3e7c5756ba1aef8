import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The machine made ready: tools installed, the load generator compiled, cores and directories
 * chosen.
 *
 * @param loadCore the core of load generator and servers
 * @param proxyCore the core of the proxy under load
 */
record Lab(
    Options options,
    Cleanup cleanup,
    List<Contestant> contestants,
    Path dir,
    Path loadgen,
    String loadCore,
    String proxyCore,
    long startedNs) {

  static Lab prepare(Options options, Cleanup cleanup) throws IOException, InterruptedException {
    List<Contestant> contestants = contestants(options);
    List<Integer> cores = Machine.permittedCores();
    if (cores.size() < 2) {
      throw Stop.because(
          "two CPU cores are needed, one for the load and one for the proxy; this machine gives"
              + " one");
    }
    Machine.needTool("gcc", "gcc", "libc6-dev");
    Machine.needTool("taskset", "util-linux");
    for (Contestant contestant : contestants) {
      switch (contestant) {
        case HaProxy _ -> Machine.needTool("haproxy", "haproxy");
        case Nginx _ -> Machine.needTool("nginx", "nginx-light");
        case Steelyard steelyard -> needSteelyard(steelyard);
        default -> {}
      }
    }
    Path dir = Files.createTempDirectory("steelyard-bench");
    cleanup.add(() -> Machine.deleteTree(dir));
    Path loadgen = Machine.compile(Path.of(System.getProperty("bench.home"), "loadgen.c"), dir);
    return new Lab(
        options,
        cleanup,
        contestants,
        dir,
        loadgen,
        "" + cores.get(0),
        "" + cores.get(1),
        System.nanoTime());
  }

  private static List<Contestant> contestants(Options options) {
    List<Contestant> all = new ArrayList<>();
    all.add(HaProxy.ANCHOR);
    all.add(HaProxy.LARGE_PIPES);
    all.add(new Nginx());
    all.add(Steelyard.on(Steelyard.Transport.io_uring));
    all.add(Steelyard.on(Steelyard.Transport.epoll));
    all.addAll(options.extras());
    if (options.only().isEmpty()) {
      return all;
    }
    Set<String> unknown = new HashSet<>(options.only());
    all.forEach(contestant -> unknown.remove(contestant.name()));
    if (!unknown.isEmpty()) {
      throw Stop.because(
          "--only: there is no contestant "
              + unknown
              + "; there are "
              + all.stream().map(Contestant::name).toList());
    }
    return all.stream().filter(contestant -> options.only().contains(contestant.name())).toList();
  }

  /** It is there, and built: the first start of a fresh clone builds, which is not to be measured. */
  private static void needSteelyard(Steelyard steelyard) throws IOException, InterruptedException {
    Path program = Path.of(steelyard.program().getFirst());
    if (program.getNameCount() > 1 && !Files.isExecutable(program)) {
      throw Stop.because(
          "there is no program "
              + program
              + ": set STEELYARD to the command, or leave Steelyard out with --only haproxy,nginx");
    }
    List<String> version = new ArrayList<>(steelyard.program());
    version.add("version");
    int code = new ProcessBuilder(version).inheritIO().start().waitFor();
    if (code != 0) {
      throw Stop.because("'" + String.join(" ", version) + "' ended with code " + code);
    }
  }

  /** The rows among these that were asked for. */
  List<Row> wanted(List<Row> rows) {
    return rows.stream().filter(options.rows()::contains).toList();
  }

  /** Who takes part in at least one of these rows. */
  List<Contestant> contestantsIn(List<Row> rows) {
    return contestants.stream().filter(one -> rows.stream().anyMatch(one::measures)).toList();
  }

  /** Ports for the servers: fixed when an extra contestant counts on them. */
  List<Integer> serverPorts() throws IOException {
    return options.extras().isEmpty() ? Machine.freePorts(4) : Extra.SERVERS;
  }

  Path newDirectory(String name) throws IOException {
    return Files.createTempDirectory(dir, name + "-");
  }

  void progress(String what) {
    System.err.printf("%5.1fs  %s%n", (System.nanoTime() - startedNs) / 1e9, what);
  }
}
