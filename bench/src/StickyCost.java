import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * What it costs to keep sessions at their servers: CPU per request with them over that without, of
 * the same requests.
 */
final class StickyCost implements Measurement {
  private static final String COOKIE = "sticky: {cookie: srv}";
  private static final String TABLE = "sticky: {header: X-User, ttl: 1h}";

  /** So long until every one of the sessions is in the table. */
  private static final double FILL_SECONDS = 30;

  @Override
  public void run(Lab lab, Results results) throws IOException, InterruptedException {
    List<Row> wanted = lab.wanted(List.of(Row.STICKY_COOKIE, Row.STICKY_TABLE));
    if (wanted.isEmpty()) {
      return;
    }
    List<Integer> servers = lab.serverPorts();
    try (LoadGenerator generator =
        LoadGenerator.start(lab, Place.plain(), lab.loadCore(), servers)) {
      for (Contestant contestant : lab.contestants()) {
        if (contestant instanceof Steelyard steelyard) {
          for (Row row : wanted) {
            compare(lab, row, steelyard, servers, generator, results);
          }
        }
      }
    }
  }

  private static void compare(
      Lab lab,
      Row row,
      Steelyard contestant,
      List<Integer> servers,
      LoadGenerator generator,
      Results results)
      throws IOException, InterruptedException {
    boolean table = row == Row.STICKY_TABLE;
    Steelyard bound = contestant.with(table ? TABLE : COOKIE);
    try (Proxy without = start(lab, contestant, servers);
        Proxy with = start(lab, bound, servers)) {
      for (Proxy proxy : List.of(without, with)) {
        proxy.awaitReady(generator);
        lab.progress("warm-up of " + contestant.name());
        double warmUp = lab.options().warmUpSeconds();
        cpuUs(row, proxy, generator, table ? Math.max(FILL_SECONDS, warmUp) : warmUp);
      }
      for (int round = 1; round <= lab.options().rounds(); round++) {
        double free = cpuUs(row, without, generator, lab.options().seconds());
        double sticky = cpuUs(row, with, generator, lab.options().seconds());
        results.add(
            row,
            contestant,
            round,
            sticky / free,
            Map.of("free_us", free, "sticky_us", sticky));
        lab.progress(
            "%s round %d  %-20s %.2f us without, %.2f with"
                .formatted(row.key, round, contestant.name(), free, sticky));
      }
    } catch (Place.Unavailable why) {
      results.fail(row, contestant, why.getMessage());
    }
  }

  private static Proxy start(Lab lab, Contestant contestant, List<Integer> servers)
      throws IOException {
    return Proxy.start(
        lab, Place.plain(), contestant, Contestant.Protocol.HTTP, lab.proxyCore(), 1, servers);
  }

  private static double cpuUs(Row row, Proxy proxy, LoadGenerator generator, double seconds)
      throws IOException {
    String load = "%s port=%d warm=0.2 seconds=%s pids=%s";
    return generator
        .load(load.formatted(row.load, proxy.port(), seconds, proxy.pids()))
        .number("cpu_us");
  }
}
