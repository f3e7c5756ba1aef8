import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Where processes run: the machine as it is, or a network namespace whose loopback uses one
 * congestion control. It is set on the routes, because not every kernel lets a namespace set its
 * default.
 */
final class Place implements AutoCloseable {
  private final String namespace;

  private Place(String namespace) {
    this.namespace = namespace;
  }

  static Place plain() {
    return new Place("");
  }

  /** A namespace of its own; says why when there cannot be one. */
  static Place under(String congestion, Lab lab)
      throws IOException, InterruptedException, Unavailable {
    if (!Machine.isRoot()) {
      throw new Unavailable("needs root for a network namespace");
    }
    Machine.needTool("ip", "iproute2");
    Place place = new Place("steelyard-bench-" + ProcessHandle.current().pid() + "-" + congestion);
    place.ip("netns", "add", place.namespace);
    lab.cleanup().add(place::close);
    place.ip("-n", place.namespace, "link", "set", "lo", "up");
    for (String route : List.of("127.0.0.0/8", "127.0.0.1")) {
      place.ip(
          ("-n %s route change local %s dev lo proto kernel scope host src 127.0.0.1 table local"
                  + " congctl %s")
              .formatted(place.namespace, route, congestion)
              .split(" "));
    }
    return place;
  }

  private void ip(String... words) throws IOException, InterruptedException, Unavailable {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(words));
    Machine.Output output = Machine.call(command);
    if (output.code() != 0) {
      throw new Unavailable("'" + String.join(" ", command) + "' said: " + output.text().trim());
    }
  }

  /** Starts a command here, on these cores, with as many open files as allowed. */
  ProcessBuilder process(String cores, List<String> command) {
    List<String> words = new ArrayList<>();
    if (!namespace.isEmpty()) {
      words.addAll(List.of("ip", "netns", "exec", namespace));
    }
    words.addAll(List.of("taskset", "-c", cores, "sh", "-c"));
    words.add("ulimit -n 65536 2>/dev/null || ulimit -n \"$(ulimit -Hn)\"; exec \"$@\"");
    words.add("sh");
    words.addAll(command);
    return new ProcessBuilder(words);
  }

  @Override
  public void close() throws IOException {
    try {
      if (!namespace.isEmpty()) {
        Machine.call(List.of("ip", "netns", "delete", namespace)); // a second time does no harm
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Something cannot be measured on this machine, or a contestant did not take part; the message
   * says why.
   */
  static final class Unavailable extends Exception {
    private static final long serialVersionUID = 1L;

    Unavailable(String why) {
      super(why);
    }
  }
}
