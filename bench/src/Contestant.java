import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A proxy that can be started for a comparison. */
interface Contestant {
  /** What the proxy's one listener speaks. */
  enum Protocol {
    HTTP,
    TCP
  }

  /**
   * What a start is to look like.
   *
   * @param dir an empty directory of its own
   * @param port where it listens, on 127.0.0.1
   * @param adminPort a second free port
   * @param servers the ports of the servers, on 127.0.0.1
   */
  record Setting(
      Path dir, Protocol protocol, int port, int adminPort, List<Integer> servers, int threads) {}

  String name();

  /** Whether it takes part in a row, on this machine. */
  default boolean measures(Row row) {
    return true;
  }

  /** The bar of a row for it, or NaN when it is only there for comparison. */
  default double bar(Row row) {
    return Double.NaN;
  }

  /**
   * Writes what configuration it needs and gives the command, which must stay in the foreground.
   */
  List<String> command(Setting setting) throws IOException;
}
