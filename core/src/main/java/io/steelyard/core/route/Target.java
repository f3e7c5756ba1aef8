package io.steelyard.core.route;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where a redirect leads: text, and parts that come from the request. A part is only ever what the
 * parser of heads has found to be a host or a path, so that no byte of it ends a line; and none
 * stands where it could make another host of the text around it.
 */
public record Target(List<Piece> pieces) {
  /** What is written may have so many characters. */
  public static final int CHARS_MAX = 1024;

  /** Parts of the request, at most. */
  public static final int PARTS_MAX = 4;

  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([a-z]*)\\}");

  /** Of another site; or of this one, where no part stands that could begin with a slash. */
  private static final Pattern WELL_FORMED =
      Pattern.compile(
          "(https?://(\\{host\\}|[A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}\\])(:[0-9]{1,5})?"
              + "((/[!-~]*)?|\\{(path|rest)\\}[!-~]*)|/([!-.0-\\[\\]-z|~][!-~]*)?)");

  public Target {
    pieces = List.copyOf(pieces);
  }

  /** A piece of it. */
  public sealed interface Piece {
    /** As it is written. */
    record Text(String text) implements Piece {}

    /** What the request says. */
    record Of(Part part) implements Piece {}
  }

  /** What of a request may be put in. */
  public enum Part {
    /** The host as the client named it, without a port. */
    HOST,
    /** The path and the query, as the client sent them; begins with a slash. */
    PATH,
    /** What follows the route's own path; empty, or begins with a slash or a question mark. */
    REST;

    String placeholder() {
      return "{" + name().toLowerCase(Locale.ROOT) + "}";
    }
  }

  /**
   * As written: {@code https://{host}{path}}.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  public static Target of(String written) {
    List<Piece> pieces = new ArrayList<>();
    Matcher found = PLACEHOLDER.matcher(written);
    int done = 0;
    while (found.find()) {
      text(pieces, written.substring(done, found.start()));
      pieces.add(new Piece.Of(part(found.group())));
      done = found.end();
    }
    text(pieces, written.substring(done));
    if (pieces.stream().filter(Piece.Of.class::isInstance).count() > PARTS_MAX) {
      throw new IllegalArgumentException("at most " + PARTS_MAX + " placeholders are put in");
    }
    if (written.length() > CHARS_MAX || !WELL_FORMED.matcher(written).matches()) {
      throw new IllegalArgumentException(
          "a target begins with http:// or https:// and a host, behind which a path or {path} or"
              + " {rest} stands, or it is a path of this site");
    }
    return new Target(pieces);
  }

  private static void text(List<Piece> pieces, String text) {
    if (text.contains("{") || text.contains("}")) {
      throw new IllegalArgumentException("a brace stands for nothing but itself nowhere in it");
    }
    if (!text.isEmpty()) {
      pieces.add(new Piece.Text(text));
    }
  }

  private static Part part(String placeholder) {
    for (Part part : Part.values()) {
      if (part.placeholder().equals(placeholder)) {
        return part;
      }
    }
    throw new IllegalArgumentException(
        placeholder + " is not known: {host}, {path} (with the query) and {rest} are");
  }

  /** As it was written. */
  @Override
  public String toString() {
    return pieces.stream()
        .map(piece ->
            switch (piece) {
              case Piece.Text(String text) -> text;
              case Piece.Of(Part part) -> part.placeholder();
            })
        .collect(Collectors.joining());
  }
}
