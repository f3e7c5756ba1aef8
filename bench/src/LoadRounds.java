import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows that put a load on running proxies: all contestants are up, one at a time has the load,
 * in turns.
 *
 * @param congestion the congestion control of a namespace to run in, or empty for the machine as it
 *     is
 */
record LoadRounds(List<Row> rows, Contestant.Protocol protocol, String congestion)
    implements Measurement {

  private static final double ROW_WARM_UP_SECONDS_MIN = 2;

  static LoadRounds plain() {
    List<Row> rows = List.of(Row.SMALL, Row.TEN_K, Row.CONNECTION, Row.OPEN_LOOP);
    return new LoadRounds(rows, Contestant.Protocol.HTTP, "");
  }

  static LoadRounds tcp() {
    return new LoadRounds(List.of(Row.TCP_SMALL, Row.TCP_BULK), Contestant.Protocol.TCP, "");
  }

  static LoadRounds under(String congestion) {
    Row row = congestion.equals("bbr") ? Row.ONE_M_BBR : Row.ONE_M_CUBIC;
    return new LoadRounds(List.of(row), Contestant.Protocol.HTTP, congestion);
  }

  @Override
  public void run(Lab lab, Results results) throws IOException, InterruptedException {
    List<Row> wanted = lab.wanted(rows);
    if (wanted.isEmpty()) {
      return;
    }
    try (Place place = congestion.isEmpty() ? Place.plain() : Place.under(congestion, lab)) {
      rounds(lab, place, wanted, results);
    } catch (Place.Unavailable why) {
      wanted.forEach(row -> results.skip(row, why.getMessage()));
    }
  }

  private void rounds(Lab lab, Place place, List<Row> wanted, Results results)
      throws IOException, InterruptedException, Place.Unavailable {
    List<Integer> servers = lab.serverPorts();
    List<Proxy> proxies = new ArrayList<>();
    try (LoadGenerator generator = LoadGenerator.start(lab, place, lab.loadCore(), servers)) {
      for (Contestant contestant : lab.contestantsIn(wanted)) {
        startOne(lab, place, contestant, servers, generator, proxies, wanted, results);
      }
      for (Proxy proxy : proxies) {
        warmUp(lab, generator, proxy, wanted);
      }
      for (Row row : wanted) {
        for (int round = 1; round <= lab.options().rounds(); round++) {
          for (Proxy proxy : in(row, proxies)) {
            measure(lab, generator, proxy, row, round, results);
          }
        }
      }
    } finally {
      proxies.forEach(Proxy::close);
    }
  }

  private void startOne(
      Lab lab,
      Place place,
      Contestant contestant,
      List<Integer> servers,
      LoadGenerator generator,
      List<Proxy> proxies,
      List<Row> wanted,
      Results results)
      throws IOException, InterruptedException {
    Proxy proxy = Proxy.start(lab, place, contestant, protocol, lab.proxyCore(), 1, servers);
    try {
      proxy.awaitReady(generator);
      proxies.add(proxy);
    } catch (Place.Unavailable why) {
      proxy.close();
      wanted.forEach(row -> results.fail(row, contestant, why.getMessage()));
    }
  }

  private static List<Proxy> in(Row row, List<Proxy> proxies) {
    return proxies.stream().filter(proxy -> proxy.contestant().measures(row)).toList();
  }

  /** The same for all; long enough for a JVM to have compiled what these rows run. */
  private static void warmUp(Lab lab, LoadGenerator generator, Proxy proxy, List<Row> rows)
      throws IOException {
    double seconds = Math.max(ROW_WARM_UP_SECONDS_MIN, lab.options().warmUpSeconds() / rows.size());
    lab.progress(
        "warm-up of %s, %.0f s".formatted(proxy.contestant().name(), seconds * rows.size()));
    for (Row row : rows) {
      generator.load("%s port=%d warm=0 seconds=%s".formatted(row.load, proxy.port(), seconds));
    }
  }

  private void measure(
      Lab lab, LoadGenerator generator, Proxy proxy, Row row, int round, Results results)
      throws IOException, Place.Unavailable {
    LoadGenerator.Outcome outcome =
        generator.load(
            "%s port=%d warm=0.2 seconds=%s pids=%s"
                .formatted(row.load, proxy.port(), lab.options().seconds(), proxy.pids()));
    if (!proxy.alive() || outcome.number("done") == 0) {
      results.fail(row, proxy.contestant(), outcome.text("error") + " " + proxy.logEnd());
      return;
    }
    if (!congestion.isEmpty() && !congestion.equals(outcome.text("congestion"))) {
      throw new Place.Unavailable(
          "the kernel uses " + outcome.text("congestion") + " here, not " + congestion);
    }
    double value = outcome.number(row.metric == Row.Metric.P99 ? "p99_us" : "cpu_us");
    results.add(row, proxy.contestant(), round, value, outcome.numbers());
    lab.progress(
        "%-10s round %d  %-20s %8.2f %s  %.0f/s"
            .formatted(
                row.key,
                round,
                proxy.contestant().name(),
                value,
                row.metric.unit,
                outcome.number("rps")));
  }
}
