import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The rows that need a newly started proxy each time: start-up, memory, idle connections. */
final class FreshStarts implements Measurement {
  private static final int IDLE_CONNECTIONS = 10_000;
  private static final int POLL_MS = 2;
  private static final long START_WITHIN_NS = TimeUnit.SECONDS.toNanos(15);
  private static final double MEBIBYTE = 1024 * 1024;
  private static final byte[] REQUEST =
      "GET /128 HTTP/1.1\r\nHost: bench.local\r\nConnection: close\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);

  @Override
  public void run(Lab lab, Results results) throws IOException, InterruptedException {
    List<Row> wanted = lab.wanted(List.of(Row.START_UP, Row.MEMORY, Row.IDLE));
    if (wanted.isEmpty()) {
      return;
    }
    List<Integer> servers = lab.serverPorts();
    try (LoadGenerator generator =
        LoadGenerator.start(lab, Place.plain(), lab.loadCore(), servers)) {
      if (wanted.contains(Row.START_UP)) {
        startUps(lab, servers, results);
      }
      if (wanted.contains(Row.MEMORY) || wanted.contains(Row.IDLE)) {
        for (int round = 1; round <= lab.options().rounds(); round++) {
          for (Contestant contestant : lab.contestantsIn(wanted)) {
            memory(lab, contestant, servers, generator, round, results);
          }
        }
      }
    }
  }

  private static Proxy start(Lab lab, Contestant contestant, List<Integer> servers)
      throws IOException {
    return Proxy.start(
        lab, Place.plain(), contestant, Contestant.Protocol.HTTP, lab.proxyCore(), 1, servers);
  }

  private static void startUps(Lab lab, List<Integer> servers, Results results)
      throws IOException, InterruptedException {
    int starts = lab.options().rounds() + 1;
    for (int round = 1; round <= starts; round++) {
      for (Contestant contestant : lab.contestantsIn(List.of(Row.START_UP))) {
        if (results.failuresOf(Row.START_UP).containsKey(contestant)) {
          continue;
        }
        try (Proxy proxy = start(lab, contestant, servers)) {
          double ms = untilFirstAnswerMs(proxy);
          if (ms < 0) {
            results.fail(Row.START_UP, contestant, "no answer after its start: " + proxy.logEnd());
            continue;
          }
          results.add(Row.START_UP, contestant, round, ms, Map.of());
          lab.progress(
              "start-up   round %d  %-20s %8.0f ms".formatted(round, contestant.name(), ms));
        }
      }
    }
  }

  /** Milliseconds from its start to a proxied 200; negative when there is none. */
  private static double untilFirstAnswerMs(Proxy proxy) throws InterruptedException {
    while (System.nanoTime() - proxy.startedNs() < START_WITHIN_NS && proxy.alive()) {
      if (answers(proxy.port())) {
        return (System.nanoTime() - proxy.startedNs()) / 1e6;
      }
      Thread.sleep(POLL_MS);
    }
    return -1;
  }

  private static boolean answers(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 1000);
      socket.setSoTimeout(1000);
      socket.getOutputStream().write(REQUEST);
      InputStream in = socket.getInputStream();
      String start = new String(in.readNBytes(12), StandardCharsets.US_ASCII);
      return start.endsWith(" 200");
    } catch (IOException e) {
      return false; // not yet
    }
  }

  private static void memory(
      Lab lab,
      Contestant contestant,
      List<Integer> servers,
      LoadGenerator generator,
      int round,
      Results results)
      throws IOException, InterruptedException {
    try (Proxy proxy = start(lab, contestant, servers)) {
      proxy.awaitReady(generator);
      double freshBytes = proxy.residentBytes();
      generator.load("%s port=%d warm=0 seconds=2".formatted(Row.MEMORY.load, proxy.port()));
      double before = proxy.residentBytes();
      if (lab.options().rows().contains(Row.MEMORY)) {
        Map<String, Double> detail = Map.of("unused_mb", freshBytes / MEBIBYTE);
        results.add(Row.MEMORY, contestant, round, before / MEBIBYTE, detail);
        lab.progress(
            "memory     round %d  %-20s %8.1f MB"
                .formatted(round, contestant.name(), before / MEBIBYTE));
      }
      if (lab.options().rows().contains(Row.IDLE)) {
        idle(lab, proxy, generator, before, round, results);
      }
    } catch (Place.Unavailable why) {
      lab.wanted(List.of(Row.MEMORY, Row.IDLE))
          .forEach(row -> results.fail(row, contestant, why.getMessage()));
    }
  }

  private static void idle(
      Lab lab, Proxy proxy, LoadGenerator generator, double before, int round, Results results)
      throws IOException, InterruptedException {
    LoadGenerator.Outcome held = generator.hold(proxy.port(), IDLE_CONNECTIONS);
    Thread.sleep(500);
    double each = (proxy.residentBytes() - before) / IDLE_CONNECTIONS;
    generator.release();
    if (held.number("held") < IDLE_CONNECTIONS) {
      results.fail(
          Row.IDLE,
          proxy.contestant(),
          "held only %.0f of %d connections (is `ulimit -n` 20000 or more?) %s"
              .formatted(held.number("held"), IDLE_CONNECTIONS, proxy.logEnd()));
      return;
    }
    results.add(Row.IDLE, proxy.contestant(), round, each, Map.of());
    lab.progress(
        "idle       round %d  %-20s %8.0f B each"
            .formatted(round, proxy.contestant().name(), each));
  }
}
