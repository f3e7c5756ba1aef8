package io.steelyard.admin;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Takes paths apart: names in them may hold an encoded slash. */
final class Paths {
  private Paths() {}

  /** The decoded segments between the slashes of {@code /a/b%2Fc}. */
  static List<String> segments(URI uri) throws Problem {
    List<String> segments = new ArrayList<>();
    for (String raw : uri.getRawPath().substring(1).split("/", -1)) {
      segments.add(decoded(raw));
    }
    return segments;
  }

  private static String decoded(String raw) throws Problem {
    try {
      // A plus is a plus in a path.
      return URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new Problem(400, "Bad Request", "The path is not encoded correctly.");
    }
  }
}
