import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What the command line asks for.
 *
 * @param only the contestants' names, as given
 * @param seconds of each measured load
 * @param warmUpSeconds of load on each contestant before the first measurement
 */
record Options(
    Set<Row> rows,
    List<String> only,
    int rounds,
    double seconds,
    double warmUpSeconds,
    Path json,
    List<Extra> extras) {

  static final String HELP =
      """
      Compares Steelyard with HAProxy and nginx on this machine.

      usage: bench/compare [OPTION...]
        --quick             rows small, 10k, conn and start-up, two short rounds: under a minute
        --rows A,B          only these rows: %s
        --only A,B          only these contestants: haproxy, haproxy-large-pipes, nginx,
                            steelyard-io_uring, steelyard-epoll, and the names of --extra; ratios need haproxy
        --extra 'NAME=CMD'  another contestant; {port} in CMD is where it has to listen. The servers
                            are then at 127.0.0.1:9001 to 9004 for everyone
        --rounds N          rounds over all contestants (3); each ratio is the median over the rounds
        --seconds S         of each measured load (4)
        --json FILE         where the figures go (bench/out/compare-DATE.json)
        --help              this

      Environment: STEELYARD is the command for Steelyard (default: ./steelyard beside bench/).

      How: bench/loadgen.c plays clients and servers on one core, one proxy at a time has the other core.
      Contestants take turns (A B C D, A B C D, ...), after a warm-up that is the same for all. CPU is that of
      all threads of the proxy in the measured seconds, divided by the requests done in them. The ratio to
      HAProxy is taken within each round. Other work on the machine disturbs latency and throughput first,
      CPU per request least.

      HAProxy, nginx and gcc are installed with apt-get if they are missing (as root). The rows under BBR and
      cubic need root: they run in a network namespace. Exit code: 0 all bars met, 1 one missed, 2 cannot run.

      examples:
        bench/compare --quick
        bench/compare --rows small,10k --only haproxy,steelyard-epoll --rounds 5
        bench/compare --extra 'mine=/tmp/my-proxy --listen {port}' --rows small
      """
          .formatted(Row.keys());

  private static final Set<Row> QUICK_ROWS =
      EnumSet.of(Row.SMALL, Row.TEN_K, Row.CONNECTION, Row.START_UP);

  static Options parse(String[] args) {
    boolean quick = List.of(args).contains("--quick");
    Set<Row> rows = quick ? QUICK_ROWS : EnumSet.allOf(Row.class);
    List<String> only = List.of();
    int rounds = quick ? 2 : 3;
    double seconds = quick ? 0.7 : 4;
    Path json = null;
    List<Extra> extras = new ArrayList<>();
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--help", "-h" -> throw Stop.with(HELP);
        case "--quick" -> {}
        case "--rows" -> rows = rows(value(args, ++i));
        case "--only" -> only = List.of(value(args, ++i).split(","));
        case "--rounds" -> rounds = (int) positive(args, ++i);
        case "--seconds" -> seconds = positive(args, ++i);
        case "--json" -> json = Path.of(value(args, ++i));
        case "--extra" -> extras.add(Extra.parse(value(args, ++i)));
        default -> throw Stop.because("unknown option '" + args[i] + "'; see bench/compare --help");
      }
    }
    return new Options(
        rows,
        only,
        Math.max(1, rounds),
        seconds,
        quick ? 6 : 12,
        json == null ? dated() : json,
        List.copyOf(extras));
  }

  private static Set<Row> rows(String keys) {
    Set<Row> rows = EnumSet.noneOf(Row.class);
    for (String key : keys.split(",")) {
      rows.add(Row.of(key));
    }
    return rows;
  }

  private static String value(String[] args, int i) {
    if (i >= args.length) {
      throw Stop.because(args[i - 1] + " needs a value; see bench/compare --help");
    }
    return args[i];
  }

  private static double positive(String[] args, int i) {
    String text = value(args, i);
    try {
      double number = Double.parseDouble(text);
      if (number > 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw Stop.because(args[i - 1] + " needs a number above 0, not '" + text + "'");
  }

  private static Path dated() {
    String date = LocalDateTime.now().format(DateTimeFormatter.ofPattern("yyyy-MM-dd-HHmmss"));
    return Path.of(System.getProperty("bench.home"), "out", "compare-" + date + ".json");
  }
}
