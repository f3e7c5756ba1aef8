import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Whether a second loop costs anything: CPU per request with two loops over that with one, nothing
 * pinned.
 */
final class TwoLoops implements Measurement {
  @Override
  public void run(Lab lab, Results results) throws IOException, InterruptedException {
    if (lab.wanted(List.of(Row.TWO_LOOPS)).isEmpty()) {
      return;
    }
    String cores = lab.loadCore() + "," + lab.proxyCore();
    List<Integer> servers = lab.serverPorts();
    try (LoadGenerator generator = LoadGenerator.start(lab, Place.plain(), cores, servers)) {
      for (Contestant contestant : lab.contestants()) {
        if (contestant instanceof Steelyard) {
          compare(lab, contestant, cores, servers, generator, results);
        }
      }
    }
  }

  private static void compare(
      Lab lab,
      Contestant contestant,
      String cores,
      List<Integer> servers,
      LoadGenerator generator,
      Results results)
      throws IOException, InterruptedException {
    try (Proxy one = start(lab, contestant, cores, 1, servers);
        Proxy two = start(lab, contestant, cores, 2, servers)) {
      for (Proxy proxy : List.of(one, two)) {
        proxy.awaitReady(generator);
        lab.progress("warm-up of " + contestant.name());
        cpuUs(lab, proxy, generator, lab.options().warmUpSeconds());
      }
      for (int round = 1; round <= lab.options().rounds(); round++) {
        double withOne = cpuUs(lab, one, generator, lab.options().seconds());
        double withTwo = cpuUs(lab, two, generator, lab.options().seconds());
        results.add(
            Row.TWO_LOOPS,
            contestant,
            round,
            withTwo / withOne,
            Map.of("one_us", withOne, "two_us", withTwo));
        lab.progress(
            "two-loops  round %d  %-20s %.2f us with one, %.2f with two"
                .formatted(round, contestant.name(), withOne, withTwo));
      }
    } catch (Place.Unavailable why) {
      results.fail(Row.TWO_LOOPS, contestant, why.getMessage());
    }
  }

  private static Proxy start(
      Lab lab, Contestant contestant, String cores, int threads, List<Integer> servers)
      throws IOException {
    return Proxy.start(
        lab, Place.plain(), contestant, Contestant.Protocol.HTTP, cores, threads, servers);
  }

  private static double cpuUs(Lab lab, Proxy proxy, LoadGenerator generator, double seconds)
      throws IOException {
    String load = "%s port=%d warm=0.2 seconds=%s pids=%s";
    return generator
        .load(load.formatted(Row.TWO_LOOPS.load, proxy.port(), seconds, proxy.pids()))
        .number("cpu_us");
  }
}
