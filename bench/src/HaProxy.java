import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** HAProxy as an expert would tune it: no logs, connections to servers shared, splice where it helps. */
record HaProxy() implements Contestant {
  static final String NAME = "haproxy";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> command(Setting setting) throws IOException {
    Path file = setting.dir().resolve("haproxy.cfg");
    Files.writeString(file, configuration(setting));
    return List.of("haproxy", "-db", "-f", file.toString());
  }

  private static String configuration(Setting setting) {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        global
          nbthread %d
          maxconn 12000
          no strict-limits
        defaults
          mode %s
          timeout connect 5s
          timeout client 10m
          timeout server 10m
        frontend in
          bind 127.0.0.1:%d backlog 4096
        """
            .formatted(
                setting.threads(), setting.protocol().name().toLowerCase(), setting.port()));
    if (setting.protocol() == Protocol.HTTP) {
      text.append("  option forwardfor\n");
    }
    text.append("  option splice-auto\n  default_backend app\nbackend app\n  balance roundrobin\n");
    text.append("  option splice-auto\n");
    if (setting.protocol() == Protocol.HTTP) {
      text.append("  http-reuse always\n");
    }
    for (int port : setting.servers()) {
      text.append("  server s%d 127.0.0.1:%d\n".formatted(port, port));
    }
    return text.toString();
  }
}
