import java.util.List;

/** A contestant given on the command line; it relays HTTP to 127.0.0.1:9001 to 9004. */
record Extra(String name, String commandLine) implements Contestant {
  static final List<Integer> SERVERS = List.of(9001, 9002, 9003, 9004);

  static Extra parse(String text) {
    int equals = text.indexOf('=');
    if (equals < 1 || !text.contains("{port}")) {
      throw Stop.because("--extra needs 'NAME=COMMAND with {port}', not '" + text + "'");
    }
    return new Extra(text.substring(0, equals), text.substring(equals + 1));
  }

  @Override
  public boolean measures(Row row) {
    return !row.relaysTcp();
  }

  @Override
  public List<String> command(Setting setting) {
    return List.of("sh", "-c", "exec " + commandLine.replace("{port}", "" + setting.port()));
  }
}
