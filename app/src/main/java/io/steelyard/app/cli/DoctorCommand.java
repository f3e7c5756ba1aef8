package io.steelyard.app.cli;

import io.steelyard.app.cli.doctor.Diagnosis;
import io.steelyard.app.cli.doctor.Facts;
import io.steelyard.app.cli.doctor.Facts.Host;
import io.steelyard.app.cli.doctor.Facts.Live;
import io.steelyard.app.cli.doctor.Facts.Pool;
import io.steelyard.app.cli.doctor.Facts.Settings;
import io.steelyard.app.cli.doctor.HostReader;
import io.steelyard.app.cli.doctor.LiveReader;
import io.steelyard.app.cli.doctor.SettingsReader;
import io.steelyard.config.ConfigException;
import io.steelyard.config.OwnSource;
import io.steelyard.wire.json.JsonWriter;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code steelyard doctor}. */
final class DoctorCommand implements Command {
  private static final Option JSON =
      Option.flag("--json", "Print one object of JSON with all findings.");

  @Override
  public Usage usage() {
    return new Usage(
        "doctor",
        "[FILE|FOLDER|URL] [--json] [--admin URL]",
        "Say what is still a single point of failure, and how to mend it.",
        1,
        AdminOptions.with(JSON),
        """
        Asks the running node; looks, if that runs on this machine and it is permitted, at
        its configuration, its process and the packet filter. With FILE and no --admin, only
        the configuration is judged, before anything runs; with both, FILE is taken for the
        node's own. Nothing is changed.

          !!  single point of failure: one failure of this is felt by all clients
          !   risk: it makes a failure worse, or likelier, or hides it
          ok  was looked at, and is as it should be

        It knows of: nodes that are alone, lost, deaf, in one zone, of another version or
        configuration, or whose clocks differ; virtual addresses without owner, with two, or
        without a standby; a majority out of two; pools with one server, host or zone, or
        without checks; stores of one member; sessions and keys that nodes do not share;
        capabilities, guard, firewall, open files; an admin API without TLS.

        Exits 0 if nothing is a single point of failure, else 1: fit for a cron job.

        Examples:
          steelyard doctor
          steelyard doctor site.yaml
          steelyard doctor --json | jq -r '.findings[] | select(.severity != "ok") | .rule'
        """);
  }

  @Override
  public int run(Arguments arguments, PrintStream out)
      throws UsageException, Refused, InterruptedException {
    Optional<String> file = arguments.positional(0);
    boolean asks = file.isEmpty() || arguments.has(AdminOptions.ADMIN.name());
    Facts facts = asks ? ofNode(arguments, file) : ofFile(file.get());
    Diagnosis diagnosis = Diagnosis.of(facts);
    out.print(
        arguments.has(JSON.name()) ? JsonWriter.text(diagnosis.report()) + "\n" : diagnosis.text());
    return diagnosis.good() ? CommandLines.GOOD : CommandLines.FAILED;
  }

  private static Facts ofFile(String file) throws Refused, InterruptedException {
    SettingsReader.Read read = settings(OwnArgument.source(file));
    return new Facts(
        Optional.of(read.settings()),
        Optional.empty(),
        Optional.empty(),
        SettingsReader.pools(read.settings()),
        read.away().stream().toList());
  }

  private static SettingsReader.Read settings(OwnSource source)
      throws Refused, InterruptedException {
    try {
      return SettingsReader.read(source);
    } catch (ConfigException e) {
      throw Setup.refused(e);
    }
  }

  private static Facts ofNode(Arguments arguments, Optional<String> file)
      throws UsageException, Refused, InterruptedException {
    AdminClient admin = AdminClient.of("doctor", arguments);
    String cluster = admin.read("/v1/cluster");
    String status = admin.read("/v1/status");
    Live live = admin.understood(status, s -> LiveReader.live(s, understood(admin, cluster)));
    List<Pool> pools = admin.understood(status, LiveReader::pools);
    boolean here = isHere(AdminOptions.admin(arguments, System.getenv()));
    long pid = admin.understood(status, answer -> ((Number) answer.get("pid")).longValue());
    Optional<Host> host = here ? HostReader.of(pid) : Optional.empty();
    List<String> unseen = new ArrayList<>();
    Optional<Settings> settings =
        file.isPresent()
            ? Optional.of(settings(OwnArgument.source(file.get())).settings())
            : ownFile(admin, host.isPresent() ? pid : -1, unseen);
    return new Facts(settings, Optional.of(live), host, pools, unseen);
  }

  private static Map<?, ?> understood(AdminClient admin, String json) {
    try {
      return admin.understood(json, answer -> answer);
    } catch (Refused e) {
      throw new ClassCastException(e.getMessage());
    }
  }

  /**
   * The file that the node was started with, or names as its source, if it can be read here.
   *
   * @param pid the node's process; negative if it does not run on this machine
   */
  private static Optional<Settings> ownFile(AdminClient admin, long pid, List<String> unseen)
      throws Refused, InterruptedException {
    Optional<String> started = RunningCommand.source(pid);
    if (started.filter(OwnArgument::isUrl).isPresent()) {
      return ownSettings(OwnArgument.source(started.get()), unseen);
    }
    String source;
    try {
      source = started.isPresent() ? started.get() : shown(admin);
    } catch (Refused e) {
      unseen.add("the node's configuration is no single file that it would show");
      return Optional.empty();
    }
    // What the process sees: its own folder, and its own root in a container.
    Path file = Path.of("/proc", Long.toString(pid), "cwd").resolve(source);
    if (pid < 0 || !Files.isReadable(file)) {
      unseen.add("the node's own file cannot be read here: it serves " + source);
      return Optional.empty();
    }
    return ownSettings(OwnSource.at(file), unseen);
  }

  private static String shown(AdminClient admin) throws Refused, InterruptedException {
    return admin.understood(
        admin.read("/v1/config"), answer -> String.valueOf(answer.get("source")));
  }

  private static Optional<Settings> ownSettings(OwnSource source, List<String> unseen)
      throws InterruptedException {
    try {
      SettingsReader.Read read = settings(source);
      read.away().ifPresent(unseen::add);
      return Optional.of(read.settings());
    } catch (Refused e) {
      unseen.add("the node's file was not read: " + e.getMessage().lines().findFirst().orElse(""));
      return Optional.empty();
    }
  }

  /** Whether the API at that address is that of a process of this machine. */
  private static boolean isHere(String admin) {
    if (admin.startsWith("unix:")) {
      return true;
    }
    String host = URI.create(admin).getHost();
    if (host.equals("localhost")) {
      return true;
    }
    try {
      return InetAddress.ofLiteral(host.replaceAll("[\\[\\]]", "")).isLoopbackAddress();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
