import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A contestant's running process, with its children. */
final class Proxy implements AutoCloseable {
  private static final long READY_WITHIN_NS = TimeUnit.SECONDS.toNanos(15);
  private static final int KIBIBYTE = 1024;

  private final Contestant contestant;
  private final Process process;
  private final Path log;
  private final int port;
  private final long startedNs;

  private Proxy(Contestant contestant, Process process, Path log, int port, long startedNs) {
    this.contestant = contestant;
    this.process = process;
    this.log = log;
    this.port = port;
    this.startedNs = startedNs;
  }

  static Proxy start(
      Lab lab,
      Place place,
      Contestant contestant,
      Contestant.Protocol protocol,
      String cores,
      int threads,
      List<Integer> servers)
      throws IOException {
    Path dir = lab.newDirectory(contestant.name());
    List<Integer> ports = Machine.freePorts(2);
    List<String> command =
        contestant.command(
            new Contestant.Setting(dir, protocol, ports.get(0), ports.get(1), servers, threads));
    Path log = dir.resolve("output.log");
    ProcessBuilder builder =
        place.process(cores, command).redirectErrorStream(true).redirectOutput(log.toFile());
    long startedNs = System.nanoTime();
    Proxy proxy = new Proxy(contestant, builder.start(), log, ports.get(0), startedNs);
    lab.cleanup().add(proxy::close);
    return proxy;
  }

  Contestant contestant() {
    return contestant;
  }

  int port() {
    return port;
  }

  /** When it was started, on the clock of {@link System#nanoTime}. */
  long startedNs() {
    return startedNs;
  }

  boolean alive() {
    return process.isAlive();
  }

  /** The process and its children, separated by commas. */
  String pids() {
    return handles().map(handle -> "" + handle.pid()).collect(Collectors.joining(","));
  }

  private Stream<ProcessHandle> handles() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants());
  }

  /** Waits until it passes a request on and brings the answer back. */
  void awaitReady(LoadGenerator generator)
      throws IOException, InterruptedException, Place.Unavailable {
    while (generator.load("warm=0 seconds=0.01 clients=1 port=" + port).number("done") == 0) {
      if (!process.isAlive()) {
        throw new Place.Unavailable(
            contestant.name() + " ended with exit code " + process.exitValue() + ": " + logEnd());
      }
      if (System.nanoTime() - startedNs > READY_WITHIN_NS) {
        throw new Place.Unavailable(
            contestant.name() + " answered no request within 15 s: " + logEnd());
      }
      Thread.sleep(50);
    }
  }

  /** The last lines that it printed. */
  String logEnd() throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join("\n    ", lines.subList(Math.max(0, lines.size() - 6), lines.size()));
  }

  /** Resident memory in bytes, children included. */
  long residentBytes() throws IOException {
    long sum = 0;
    for (ProcessHandle handle : handles().toList()) {
      for (String line : Files.readAllLines(Path.of("/proc/" + handle.pid() + "/smaps_rollup"))) {
        if (line.startsWith("Rss:")) {
          sum += Long.parseLong(line.replaceAll("\\D+", "")) * KIBIBYTE;
        }
      }
    }
    return sum;
  }

  @Override
  public void close() {
    List<ProcessHandle> all = handles().toList();
    all.getFirst().destroy();
    try {
      if (!process.waitFor(1, TimeUnit.SECONDS)) {
        process.destroy(); // a second TERM: stop now
        process.waitFor(1, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    all.forEach(ProcessHandle::destroyForcibly);
  }
}
