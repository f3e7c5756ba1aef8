import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A running bench/loadgen.c: servers that are always there, and loads on command. */
final class LoadGenerator implements AutoCloseable {
  private static final Pattern FIELD = Pattern.compile("\"(\\w+)\":(?:\"([^\"]*)\"|([-0-9.]+))");

  private final Process process;
  private final BufferedReader answers;
  private final Writer commands;

  private LoadGenerator(Process process) {
    this.process = process;
    this.answers = process.inputReader();
    this.commands = process.outputWriter();
  }

  static LoadGenerator start(Lab lab, Place place, String cores, List<Integer> servers)
      throws IOException {
    String ports = servers.stream().map(String::valueOf).collect(Collectors.joining(","));
    ProcessBuilder builder =
        place.process(cores, List.of(lab.loadgen().toString(), "--servers", ports));
    LoadGenerator generator =
        new LoadGenerator(builder.redirectError(ProcessBuilder.Redirect.INHERIT).start());
    lab.cleanup().add(generator::close);
    return generator;
  }

  /**
   * Runs one load to its end.
   *
   * @param what KEY=VALUE words, see loadgen --help
   */
  Outcome load(String what) throws IOException {
    return ask("load " + what);
  }

  /** Opens idle connections, which stay until {@link #release}. */
  Outcome hold(int port, int clients) throws IOException {
    return ask("hold port=" + port + " clients=" + clients);
  }

  void release() throws IOException {
    send("release");
  }

  private Outcome ask(String command) throws IOException {
    send(command);
    for (String line; (line = answers.readLine()) != null; ) {
      if (line.startsWith("{")) {
        return Outcome.parse(line);
      }
    }
    throw new IOException("the load generator ended; it says why above");
  }

  private void send(String command) throws IOException {
    commands.write(command + "\n");
    commands.flush();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join(); // its ports are free again
  }

  /** One answer: numbers by name, and texts by name. */
  record Outcome(Map<String, Double> numbers, Map<String, String> texts) {
    static Outcome parse(String json) {
      Map<String, Double> numbers = new HashMap<>();
      Map<String, String> texts = new HashMap<>();
      for (Matcher field = FIELD.matcher(json); field.find(); ) {
        if (field.group(2) != null) {
          texts.put(field.group(1), field.group(2));
        } else {
          numbers.put(field.group(1), Double.parseDouble(field.group(3)));
        }
      }
      return new Outcome(numbers, texts);
    }

    double number(String name) {
      return numbers.getOrDefault(name, 0.0);
    }

    String text(String name) {
      return texts.getOrDefault(name, "");
    }
  }
}
