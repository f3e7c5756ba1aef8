import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Steelyard on one transport, as it is run in earnest: health checks, metrics and time-outs on,
 * only the access log off.
 *
 * @param sticky how its pool keeps sessions; empty: not at all
 */
record Steelyard(List<String> program, Transport transport, String sticky) implements Contestant {
  /** How its loops talk to the kernel; the names are those of --transport. */
  enum Transport {
    io_uring,
    epoll
  }

  static Steelyard on(Transport transport) {
    String command = System.getenv("STEELYARD");
    if (command == null || command.isBlank()) {
      Path beside = Path.of(System.getProperty("bench.home"), "..", "steelyard").normalize();
      return new Steelyard(List.of(beside.toString()), transport, "");
    }
    return new Steelyard(List.of(command.trim().split("\\s+")), transport, "");
  }

  /** The same, with a line for its pool. */
  Steelyard with(String line) {
    return new Steelyard(program, transport, line);
  }

  @Override
  public String name() {
    return "steelyard-" + transport;
  }

  @Override
  public double bar(Row row) {
    return transport == Transport.io_uring ? row.barIoUring : row.barEpoll;
  }

  @Override
  public List<String> command(Setting setting) throws IOException {
    Path file = setting.dir().resolve("steelyard.yaml");
    Files.writeString(file, configuration(setting));
    List<String> command = new ArrayList<>(program);
    command.addAll(
        List.of("run", "--threads", "" + setting.threads(), "--transport", "" + transport));
    command.add(file.toString());
    return command;
  }

  private String configuration(Setting setting) {
    String servers =
        setting.servers().stream()
            .map(port -> "\"127.0.0.1:" + port + "\"")
            .collect(Collectors.joining(", "));
    boolean http = setting.protocol() == Protocol.HTTP;
    return """
    listeners:
      bench:
        address: "127.0.0.1:%d"
        protocol: %s
        access-log: none
        %s
    state: {sessions: 1000000}
    pools:
      app:
        %s
        health: {%s, interval: 2s}
        servers: [%s]
    admin: {address: "127.0.0.1:%d"}
    """
        .formatted(
            setting.port(),
            http ? "http" : "tcp",
            http ? "routes: [{pool: app}]" : "pool: app",
            sticky,
            http ? "http: /health" : "tcp: true",
            servers,
            setting.adminPort());
  }
}
