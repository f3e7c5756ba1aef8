import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares Steelyard with HAProxy and nginx: starts them, loads one at a time in interleaved
 * rounds, prints a table and writes JSON. Run by {@code bench/compare}; {@code --help} tells what
 * it can do.
 *
 * <p>Exit codes: 0 every bar is met, 1 one is missed or something failed, 2 wrong usage or
 * something needed is missing.
 */
final class Compare {
  private Compare() {}

  public static void main(String[] args) {
    Cleanup cleanup = new Cleanup();
    int code;
    try {
      code = run(Options.parse(args), cleanup);
    } catch (Stop stop) {
      (stop.exitCode() == 0 ? System.out : System.err).println(stop.getMessage());
      code = stop.exitCode();
    } catch (IOException | InterruptedException e) {
      // After Ctrl-C what fails is only what has just been ended.
      System.err.println("bench/compare: " + (cleanup.closed() ? "interrupted" : e));
      code = 1;
    }
    cleanup.close();
    System.exit(code);
  }

  private static int run(Options options, Cleanup cleanup)
      throws IOException, InterruptedException {
    Lab lab = Lab.prepare(options, cleanup);
    Results results = new Results();
    List<Measurement> plan = new ArrayList<>();
    plan.add(LoadRounds.plain());
    plan.add(new FreshStarts());
    plan.add(LoadRounds.tcp());
    plan.add(LoadRounds.under("bbr"));
    plan.add(LoadRounds.under("cubic"));
    plan.add(new TwoLoops());
    plan.add(new StickyCost());
    for (Measurement measurement : plan) {
      measurement.run(lab, results);
    }
    Report report = new Report(lab, results);
    System.out.println(report.table());
    report.writeJson(options.json());
    lab.progress("written to " + options.json());
    return results.passed() ? 0 : 1;
  }
}
