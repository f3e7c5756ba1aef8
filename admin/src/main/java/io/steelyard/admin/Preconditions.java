package io.steelyard.admin;

import com.sun.net.httpserver.Headers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Entity tags, and requests that depend on them (RFC 9110 sections 8.8.3 and 13.1). */
final class Preconditions {
  /** A tag, weak or strong, with what separates it from the next. */
  private static final Pattern NEXT =
      Pattern.compile("[ \t,]*((?:W/)?\"[\\x21\\x23-\\x7e\\x80-\\xff]*\")[ \t]*(?:,|$)");

  private static final int DIGEST_BYTES = 12;
  private static final String ANY = "*";
  private static final String WEAK = "W/";

  private final Optional<String> match;
  private final Optional<String> noneMatch;

  private Preconditions(Optional<String> match, Optional<String> noneMatch) {
    this.match = match;
    this.noneMatch = noneMatch;
  }

  /** What a request says; several fields of a name are one list. */
  static Preconditions of(Headers headers) {
    return new Preconditions(field(headers, "If-Match"), field(headers, "If-None-Match"));
  }

  private static Optional<String> field(Headers headers, String name) {
    List<String> values = headers.get(name);
    return values == null ? Optional.empty() : Optional.of(String.join(",", values).strip());
  }

  /** The strong tag of what is represented by {@code content}. */
  static String tag(String content) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
      return '"' + HexFormat.of().formatHex(Arrays.copyOf(digest, DIGEST_BYTES)) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /**
   * Before a change of what is there with this tag: 412 unless the request is about this version.
   */
  void demand(String tag) throws Problem {
    boolean good = match.isEmpty() || holds(match.get(), "If-Match", tag, false);
    boolean wanted = noneMatch.isEmpty() || !holds(noneMatch.get(), "If-None-Match", tag, true);
    if (!good || !wanted) {
      throw new Problem(
          Answer.problem(
                  412,
                  "Precondition Failed",
                  "It has changed since it was read, or was never as the request says: its ETag is "
                      + tag
                      + ". Read it again.")
              .with("ETag", tag));
    }
  }

  /** The answer to a read: 304 when its tag is one of those that the client has. */
  Answer answer(Answer answer, String tag) throws Problem {
    return noneMatch.isPresent() && holds(noneMatch.get(), "If-None-Match", tag, true)
        ? Answer.unchanged().with("ETag", tag)
        : answer.with("ETag", tag);
  }

  private static boolean holds(String list, String field, String tag, boolean weakly)
      throws Problem {
    if (list.equals(ANY)) {
      return true;
    }
    Matcher next = NEXT.matcher(list);
    int at = 0;
    boolean found = false;
    while (at < list.length()) {
      if (!next.find(at) || next.start() != at) {
        throw new Problem(
            400, "Bad Request", field + " is a list of tags in quotes, as " + tag + ", or *.");
      }
      found |= same(next.group(1), tag, weakly);
      at = next.end();
    }
    return found;
  }

  /** Weak tags are the same only where that is enough. */
  private static boolean same(String given, String tag, boolean weakly) {
    return given.equals(tag)
        || (weakly && given.startsWith(WEAK) && given.substring(WEAK.length()).equals(tag));
  }
}
