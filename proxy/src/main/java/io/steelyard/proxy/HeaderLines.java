package io.steelyard.proxy;

import io.steelyard.core.route.HeaderChanges;
import io.steelyard.core.route.HeaderChanges.Field;
import io.steelyard.wire.http1.HeadChange;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes ready what is done to header fields. */
final class HeaderLines {
  /** Longer lines are refused by the configuration. */
  static final int BYTES_MAX = 4096;

  private static final String HOST = "host";
  private static final String HSTS = "Strict-Transport-Security";

  private HeaderLines() {}

  static HeadChange toServer(HeaderChanges changes) {
    String host =
        changes.set().stream()
            .filter(field -> field.name().equalsIgnoreCase(HOST))
            .map(Field::value)
            .findFirst()
            .orElse("");
    String lines =
        lines(
            Stream.concat(
                changes.set().stream().filter(field -> !field.name().equalsIgnoreCase(HOST)),
                changes.add().stream()));
    return new HeadChange(dropped(changes), lines, host);
  }

  /**
   * For responses.
   *
   * @param hsts what all clients of the listener are told; empty: nothing
   */
  static HeadChange toClient(HeaderChanges changes, String hsts) {
    List<String> dropped = new ArrayList<>(dropped(changes));
    if (!hsts.isEmpty()) {
      dropped.add(HSTS);
    }
    String lines = lines(Stream.concat(changes.set().stream(), changes.add().stream()));
    return new HeadChange(dropped, lines + hsts(hsts), "");
  }

  /** The line for clients that are told so; empty for others. */
  static String hsts(String value) {
    return value.isEmpty() ? "" : HSTS + ": " + value + "\r\n";
  }

  private static List<String> dropped(HeaderChanges changes) {
    return Stream.concat(changes.set().stream().map(Field::name), changes.remove().stream())
        .toList();
  }

  private static String lines(Stream<Field> fields) {
    return fields
        .map(field -> field.name() + ": " + field.value() + "\r\n")
        .collect(Collectors.joining());
  }
}
