package io.steelyard.app.node.cluster;

import io.steelyard.cluster.member.Membership.Granted;
import io.steelyard.cluster.member.Membership.Life;
import io.steelyard.cluster.member.Membership.Promised;
import io.steelyard.cluster.vip.VipId;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a process that has let go says to the one that takes over from it, so that for other nodes
 * nothing happens, and what needs leases has one owner all the time:
 *
 * <pre>
 *   life INCARNATION INSTANCE SEQUENCE LEASE VOTES-FROM NODE
 *   promised INCARNATION ECHO ENDS CANDIDATE WHAT
 *   granted ENDS VOTER WHAT
 *   handed eth0 51 v4 10.0.0.100/24
 *   until NANOSECONDS eth0 51 v4
 * </pre>
 *
 * Times are of {@link System#nanoTime}, which is the same in all processes of a host. Names of
 * nodes are percent-encoded; WHAT is the rest of its line.
 *
 * @param node as the others know it
 * @param life that goes on; empty if nobody is heard
 * @param handed what is left on this host's links
 * @param untilNs what of it is leased, and until when it may be owned
 */
record LastWord(
    String node, Optional<Life> life, List<Leftovers.Line> handed, Map<VipId, Long> untilNs) {
  static final LastWord NOTHING = new LastWord("", Optional.empty(), List.of(), Map.of());

  LastWord {
    handed = List.copyOf(handed);
    untilNs = Map.copyOf(untilNs);
  }

  String text() {
    List<String> lines = new ArrayList<>();
    life.ifPresent(l -> {
      lines.add(
          words(
              "life",
              l.incarnation(),
              l.instance(),
              l.sequence(),
              l.leaseNs(),
              l.votesFromNs(),
              encoded(node)));
      l.promised()
          .forEach(p ->
              lines.add(
                  words(
                      "promised",
                      p.incarnation(),
                      p.echoNs(),
                      p.endsNs(),
                      encoded(p.candidate()),
                      p.what())));
      l.granted()
          .forEach(g -> lines.add(words("granted", g.endsNs(), encoded(g.voter()), g.what())));
    });
    handed.forEach(line -> lines.add(words("handed", line.text())));
    untilNs.forEach((id, ns) ->
        lines.add(words("until", ns, id.link(), id.routerId(), id.ipv6() ? "v6" : "v4")));
    return String.join("\n", lines);
  }

  private static String words(Object... words) {
    List<String> texts = new ArrayList<>();
    for (Object word : words) {
      texts.add(word.toString());
    }
    return String.join(" ", texts);
  }

  private static String encoded(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8);
  }

  private static String decoded(String name) {
    return URLDecoder.decode(name, StandardCharsets.UTF_8);
  }

  /** What is not known is passed over; an IllegalArgumentException says that it is malformed. */
  static LastWord read(String text) {
    Reading reading = new Reading();
    text.lines().forEach(reading::line);
    return reading.word();
  }

  private static final class Reading {
    private static final int WORDS_MAX = 6;

    private final List<Promised> promised = new ArrayList<>();
    private final List<Granted> granted = new ArrayList<>();
    private final List<Leftovers.Line> handed = new ArrayList<>();
    private final Map<VipId, Long> untilNs = new TreeMap<>();
    private String node = "";
    private String[] life = {};

    void line(String line) {
      String[] words = line.split(" ", WORDS_MAX);
      try {
        switch (words[0]) {
          case "life" -> {
            life = line.split(" ", -1);
            node = decoded(life[6]);
          }
          case "promised" ->
              promised.add(
                  new Promised(
                      words[5],
                      decoded(words[4]),
                      number(words[1]),
                      number(words[2]),
                      number(words[3])));
          case "granted" -> {
            String[] three = line.split(" ", 4);
            granted.add(new Granted(three[3], decoded(three[2]), number(three[1])));
          }
          case "handed" -> handed.add(Leftovers.Line.read(line.substring("handed ".length())));
          case "until" ->
              untilNs.put(
                  new VipId(words[2], Integer.parseInt(words[3]), words[4].equals("v6")),
                  number(words[1]));
          default -> {
            // Of a later version.
          }
        }
      } catch (IndexOutOfBoundsException e) {
        throw new IllegalArgumentException("not understood: " + line, e);
      }
    }

    private static long number(String word) {
      return Long.parseLong(word);
    }

    LastWord word() {
      Optional<Life> going =
          life.length == 0
              ? Optional.empty()
              : Optional.of(
                  new Life(
                      number(life[1]),
                      number(life[2]),
                      number(life[3]),
                      number(life[4]),
                      number(life[5]),
                      promised,
                      granted));
      return new LastWord(node, going, handed, untilNs);
    }
  }

  /** The life that a node of that name goes on with. */
  Optional<Life> lifeOf(String name) {
    return node.equals(name) ? life.map(Life::next) : Optional.empty();
  }
}
