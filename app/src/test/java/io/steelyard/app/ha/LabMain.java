package io.steelyard.app.ha;

import io.steelyard.testkit.netns.Lab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code lab/run}: plays scenarios and prints what clients noticed. */
public final class LabMain {
  private static final String USAGE =
      """
      usage: lab/run [options]          needs root, iproute2, nftables; keepalived and haproxy for their rows

        --scenario NAME        only this one; may be given several times:
                               %s
        --rounds N             of each, 1 to 100 (5); the table has medians
        --peer WHICH           steelyard, keepalived or both (both)
        --advertise TIME       of Steelyard: 100ms, 30ms ... (100ms); may be given several times
        --balancers N          2 or 3 (2)
        --quorum MODE          of Steelyard: none, or nodes, which needs three balancers (none)
        --write                the table to docs/high-availability-measured.md, too
        --verbose              what the balancers say, too
        --help                 this
      """
          .formatted(
              Arrays.stream(Row.values()).map(Row::option).collect(Collectors.joining(", ")));

  private static final int ROUNDS_MAX = 100;

  private final List<Row> rows = new ArrayList<>();
  private final List<String> advertise = new ArrayList<>();
  private int rounds = 5;
  private int balancers = 2;
  private String quorum = "none";
  private String peer = "both";
  private boolean write;
  private boolean verbose;

  private LabMain() {}

  /** Ends with 0 if all bars are kept to, 1 if not, 2 if the lab cannot be. */
  public static void main(String[] args) throws IOException {
    LabMain main = new LabMain();
    try {
      if (!main.read(args)) {
        System.out.print(USAGE);
        return;
      }
    } catch (IllegalArgumentException e) {
      System.err.println("lab/run: " + e.getMessage());
      System.exit(2);
    }
    Optional<String> impediment = Lab.impediment();
    if (impediment.isPresent()) {
      System.err.println("lab/run: " + impediment.get());
      System.exit(2);
    }
    System.exit(main.run() ? 0 : 1);
  }

  /** False if help is wanted. */
  private boolean read(String[] args) {
    Iterator<String> words = List.of(args).iterator();
    while (words.hasNext()) {
      String word = words.next();
      switch (word) {
        case "--help", "-h" -> {
          return false;
        }
        case "--write" -> write = true;
        case "--verbose" -> verbose = true;
        case "--scenario" -> rows.add(Row.of(value(word, words)));
        case "--advertise" -> advertise.add(value(word, words));
        case "--rounds" -> rounds = number(word, words, 1, ROUNDS_MAX);
        case "--balancers" -> balancers = number(word, words, 2, 3);
        case "--quorum" -> quorum = value(word, words);
        case "--peer" -> peer = value(word, words);
        default -> throw new IllegalArgumentException("unknown option: " + word);
      }
    }
    if (!List.of("steelyard", "keepalived", "both").contains(peer)) {
      throw new IllegalArgumentException("--peer is steelyard, keepalived or both");
    }
    boolean nodes = quorum.equals("nodes");
    if ((!nodes && !quorum.equals("none")) || (nodes && balancers < 3)) {
      throw new IllegalArgumentException("--quorum is none, or nodes with --balancers 3");
    }
    if (advertise.stream().anyMatch(a -> !a.matches("[1-9][0-9]{1,4}ms"))) {
      throw new IllegalArgumentException("--advertise takes milliseconds: 100ms");
    }
    if (rows.isEmpty()) {
      rows.addAll(List.of(Row.values()));
    }
    if (advertise.isEmpty()) {
      advertise.add("100ms");
    }
    return true;
  }

  private static String value(String option, Iterator<String> words) {
    if (!words.hasNext()) {
      throw new IllegalArgumentException(option + " needs a value");
    }
    return words.next();
  }

  private static int number(String option, Iterator<String> words, int least, int most) {
    String value = value(option, words);
    if (!value.matches("[0-9]{1,4}")
        || Integer.parseInt(value) < least
        || Integer.parseInt(value) > most) {
      throw new IllegalArgumentException(option + " is from " + least + " to " + most);
    }
    return Integer.parseInt(value);
  }

  private boolean run() throws IOException {
    Path dir = Files.createTempDirectory("steelyard-lab");
    Table table = new Table();
    try (Site site = new Site(balancers)) {
      if (!peer.equals("keepalived")) {
        for (String each : advertise) {
          int ms = Integer.parseInt(each.replace("ms", ""));
          Path own = Files.createDirectory(dir.resolve(each));
          play(site, new SteelyardPeer(own, site, each, quorum), table, Optional.of(ms));
        }
      }
      if (!peer.equals("steelyard")) {
        for (String each : List.of("0.1", "1")) {
          Path own = Files.createDirectory(dir.resolve("keepalived-" + each));
          play(site, new KeepalivedPeer(own, site, each), table, Optional.empty());
        }
      }
    } finally {
      Scratch.delete(dir);
    }
    if (write) {
      Path page = Path.of(System.getProperty("lab.home"), "docs/high-availability-measured.md");
      Files.writeString(page, Page.of(table, rounds, balancers));
      System.out.println("written: " + page);
    }
    return table.missed() == 0;
  }

  private void play(Site site, Peer with, Table table, Optional<Integer> advertiseMs)
      throws IOException {
    System.out.print(table.begin(with.title()));
    for (Row row : rows) {
      if (with.plays(row)) {
        List<Result> results = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
          results.add(Round.play(site, with, row));
        }
        Result.Summary summary = Result.summary(results);
        List<String> missed =
            advertiseMs
                .map(ms -> with.needsOthers() ? Bar.withQuorum(row) : Bar.of(row, ms))
                .map(bar -> bar.missed(summary, 1))
                .orElse(List.of());
        System.out.print(table.add(row, summary, missed));
        if (verbose) {
          System.err.println(results.getLast().said());
        }
      }
    }
  }
}
