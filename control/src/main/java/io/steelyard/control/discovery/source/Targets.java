package io.steelyard.control.discovery.source;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What became of the targets of a service's records when they were looked up. A record that names a
 * target still offers it, so that one whose name is gone is no less there than one that nobody
 * could be asked for.
 *
 * @param found the addresses of those that have any
 * @param failed why others could not be looked up
 * @param gone why others have no address, as it is said
 * @param ttl the smallest of the records' own and of all answers
 */
record Targets(
    Map<String, Addresses> found,
    TreeMap<String, String> failed,
    TreeMap<String, String> gone,
    Duration ttl) {

  /**
   * Sorts replies.
   *
   * @param ttl of the records that name the targets
   */
  Targets(Map<String, Reply<Addresses>> replies, Duration ttl) {
    this(
        replies.entrySet().stream()
            .filter(r -> r.getValue() instanceof Reply.Records<Addresses>)
            .collect(Collectors.toMap(Map.Entry::getKey, r -> addresses(r.getValue()))),
        whys(replies, Reply.Failure.class),
        whys(replies, Reply.None.class),
        replies.values().stream().map(r -> ttl(r, ttl)).reduce(ttl, Addresses::shorter));
  }

  private static Addresses addresses(Reply<Addresses> reply) {
    return ((Reply.Records<Addresses>) reply).records().getFirst();
  }

  private static TreeMap<String, String> whys(
      Map<String, Reply<Addresses>> replies, Class<?> kind) {
    TreeMap<String, String> whys = new TreeMap<>();
    replies.forEach((target, reply) -> {
      if (kind.isInstance(reply)) {
        whys.put(target, why(reply));
      }
    });
    return whys;
  }

  private static String why(Reply<Addresses> reply) {
    return switch (reply) {
      case Reply.None<Addresses>(String why, Duration _) -> why;
      case Reply.Failure<Addresses>(String why) -> why;
      case Reply.Records<Addresses> _ -> "";
    };
  }

  private static Duration ttl(Reply<Addresses> reply, Duration otherwise) {
    return switch (reply) {
      case Reply.Records<Addresses>(List<Addresses> _, Duration ttl) -> ttl;
      case Reply.None<Addresses>(String _, Duration ttl) -> ttl;
      case Reply.Failure<Addresses> _ -> otherwise;
    };
  }

  /** Of one that has no address; empty if all have. */
  String why() {
    return gone.isEmpty() ? "" : gone.firstEntry().getValue();
  }

  /** What is wrong with the answer, in words; empty if nothing is. */
  String lack() {
    return Stream.of(
            failed.values().stream().limit(1),
            gone.values().stream().limit(1),
            found.values().stream().map(Addresses::leftOutText).filter(t -> !t.isEmpty()).limit(1))
        .flatMap(each -> each)
        .collect(Collectors.joining("; "));
  }
}
