import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * What is measured, and the bar that Steelyard has to meet. The bars are those of
 * docs/performance.md.
 */
enum Row {
  SMALL("small", "keep-alive, 64 clients, 128 B", Metric.CPU, "path=/128", 0.75, 0.90),
  TEN_K("10k", "keep-alive, 64 clients, 10 KiB", Metric.CPU, "path=/10k", 0.80, 0.80),
  CONNECTION(
      "conn", "a connection per request, 64 clients", Metric.CPU, "path=/128 close=1", 0.95, 0.95),
  OPEN_LOOP("open", "20,000 requests/s, open loop", Metric.P99, "path=/128 rate=20000", 1.00, 1.00),
  START_UP("start-up", "start to first proxied 200", Metric.START_UP, "", 400, 400),
  MEMORY("memory", "resident, fresh after a small load", Metric.MEMORY, "path=/128", 90, 90),
  IDLE("idle", "10,000 idle connections, each", Metric.IDLE, "", 2048, 2048),
  TCP_SMALL("tcp-small", "TCP relay, 64 clients, 128 B", Metric.CPU, "path=/128", 0.85, 0.85),
  TCP_BULK(
      "tcp-bulk", "TCP relay, 4 clients, 64 MiB", Metric.CPU, "path=/64m clients=4", 1.00, 1.00),
  ONE_M_BBR(
      "1m-bbr",
      "keep-alive, 16 clients, 1 MiB, BBR",
      Metric.CPU,
      "path=/1m clients=16",
      0.90,
      0.90),
  ONE_M_CUBIC(
      "1m-cubic",
      "keep-alive, 16 clients, 1 MiB, cubic",
      Metric.CPU,
      "path=/1m clients=16",
      0.90,
      0.90),
  TWO_LOOPS(
      "two-loops", "CPU per request, two loops to one", Metric.SCALING, "path=/128", 1.10, 1.10),
  STICKY_COOKIE(
      "sticky-cookie",
      "small, sessions by cookie to none",
      Metric.SCALING,
      "path=/128 sessions=1000000",
      1.03,
      1.03),
  STICKY_TABLE(
      "sticky-table",
      "small, 1M sessions in the table to none",
      Metric.SCALING,
      "path=/128 sessions=1000000",
      1.05,
      1.05);

  /** How a row is judged: by its ratio to HAProxy's figure or by the figure itself. */
  enum Metric {
    CPU("us CPU", true),
    P99("us p99", true),
    START_UP("ms", false),
    MEMORY("MB", false),
    IDLE("B", false),
    SCALING("x", false);

    final String unit;
    final boolean toHaproxy;

    Metric(String unit, boolean toHaproxy) {
      this.unit = unit;
      this.toHaproxy = toHaproxy;
    }
  }

  final String key;
  final String title;
  final Metric metric;
  final String load;
  final double barIoUring;
  final double barEpoll;

  Row(String key, String title, Metric metric, String load, double barIoUring, double barEpoll) {
    this.key = key;
    this.title = title;
    this.metric = metric;
    this.load = load;
    this.barIoUring = barIoUring;
    this.barEpoll = barEpoll;
  }

  boolean relaysTcp() {
    return this == TCP_SMALL || this == TCP_BULK;
  }

  boolean longAnswers() {
    return this == TCP_BULK || this == ONE_M_BBR || this == ONE_M_CUBIC;
  }

  static Row of(String key) {
    for (Row row : values()) {
      if (row.key.equals(key)) {
        return row;
      }
    }
    throw Stop.because("there is no row '" + key + "'; the rows are " + keys());
  }

  static String keys() {
    return Arrays.stream(values()).map(row -> row.key).collect(Collectors.joining(", "));
  }
}
