import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * HAProxy as an expert would tune it: no logs, connections to servers shared, long answers spliced.
 *
 * <p>Splicing needs {@code splice-response}: with {@code splice-auto} HAProxy 2.6 copies nearly
 * everything in these loads. Larger pipes than the kernel's 64 KiB halve the cost of long answers
 * again; that is a contestant of its own in the rows it concerns, so that both can be seen.
 *
 * @param pipeBytes the size of its pipes, 0 for the kernel's
 */
record HaProxy(String name, int pipeBytes) implements Contestant {
  /** What the others' ratios refer to. */
  static final HaProxy ANCHOR = new HaProxy("haproxy", 0);

  static final HaProxy LARGE_PIPES = new HaProxy("haproxy-large-pipes", 1 << 20);

  @Override
  public boolean measures(Row row) {
    return pipeBytes == 0 || row.longAnswers();
  }

  @Override
  public List<String> command(Setting setting) throws IOException {
    Path file = setting.dir().resolve("haproxy.cfg");
    Files.writeString(file, configuration(setting));
    return List.of("haproxy", "-db", "-f", file.toString());
  }

  private String configuration(Setting setting) {
    StringBuilder text = new StringBuilder("global\n");
    if (pipeBytes > 0) {
      text.append("  tune.pipesize %d%n".formatted(pipeBytes));
    }
    text.append(
        """
          nbthread %d
          maxconn 12000
          no strict-limits
        defaults
          mode %s
          timeout connect 5s
          timeout client 10m
          timeout server 10m
          option splice-response
        frontend in
          bind 127.0.0.1:%d backlog 4096
          default_backend app
        backend app
          balance roundrobin
        """
            .formatted(
                setting.threads(),
                setting.protocol().name().toLowerCase(Locale.ROOT),
                setting.port()));
    if (setting.protocol() == Protocol.HTTP) {
      text.append("  option forwardfor\n  http-reuse always\n");
    }
    for (int port : setting.servers()) {
      text.append("  server s%d 127.0.0.1:%d%n".formatted(port, port));
    }
    return text.toString();
  }
}
