package io.steelyard.config;

import io.steelyard.config.SecretPlaces.Place;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A document as it is shown: without passwords in URLs, and without what header fields say, but for
 * a few that are never secret. Rather too much than too little. Whoever changes such a document
 * gives it back with the masks; the secret that stood at the same place is put in again, never that
 * of another place.
 */
public final class MaskedSecrets {
  private static final String QUOTED = "\"" + TextSecrets.MASK + "\"";
  private static final Pattern COMMENT = Pattern.compile("#[^\\n]*");

  /** A mask that somebody wrote without quotes would be read as an alias. */
  private static final Pattern BARE =
      Pattern.compile("(:[ \\t]+)\\*\\*\\*(?=[ \\t]*(?:[,}\\r\\n]|$))");

  private static final Pattern PROPERTIES = Pattern.compile("(?:[&!]\\S*\\s+)+");

  /** What can stand without quotes between braces, too. */
  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z0-9._~+/=][A-Za-z0-9._~+/=-]*(?: [A-Za-z0-9._~+/=-]+)*");

  private MaskedSecrets() {}

  /** The document without secrets. */
  public static String mask(String document) {
    Optional<List<Place>> places = SecretPlaces.of(document);
    if (places.isEmpty()) {
      return TextSecrets.maskAll(document);
    }
    StringBuilder out = new StringBuilder();
    int done = 0;
    for (Place place : places.get()) {
      if (place.from() < done) {
        continue;
      }
      out.append(comments(document.substring(done, place.from())));
      out.append(shown(document.substring(place.from(), place.to()), place));
      done = place.to();
    }
    return out.append(comments(document.substring(done))).toString();
  }

  private static String comments(String between) {
    return COMMENT
        .matcher(between)
        .replaceAll(found -> Matcher.quoteReplacement(TextSecrets.maskAll(found.group())));
  }

  private static String shown(String written, Place place) {
    if (place.secret()) {
      String before = properties(written);
      return place.value().isEmpty() ? written : before + QUOTED + written.substring(end(written));
    }
    String masked = TextSecrets.mask(written);
    boolean escaped =
        masked.equals(written) && !TextSecrets.mask(place.value()).equals(place.value());
    return escaped
        ? quoted(TextSecrets.mask(place.value())) + written.substring(end(written))
        : masked;
  }

  /** An anchor, or a tag, in front of what is written: aliases go on to mean it. */
  private static String properties(String written) {
    Matcher properties = PROPERTIES.matcher(written);
    return properties.lookingAt() ? properties.group() : "";
  }

  /** Behind what is written; a text over several lines has the end of the last one with it. */
  private static int end(String written) {
    return written.stripTrailing().length();
  }

  /**
   * The document with the secrets that a former one has at the same places.
   *
   * @return empty when a mask is left for which there is none
   */
  public static Optional<String> unmask(String document, String former) {
    if (document.equals(mask(former))) {
      return Optional.of(former);
    }
    String text = quoteBare(document);
    Optional<List<Place>> places = SecretPlaces.of(text);
    return places.isEmpty() ? Optional.of(document) : new Former(former).fill(text, places.get());
  }

  private static String quoteBare(String document) {
    Matcher bare = BARE.matcher(document);
    StringBuilder out = new StringBuilder();
    boolean inComment = false;
    int scanned = 0;
    while (bare.find()) {
      for (; scanned < bare.start(); scanned++) {
        inComment = isComment(document, scanned, inComment);
      }
      bare.appendReplacement(
          out, inComment ? Matcher.quoteReplacement(bare.group()) : "$1" + QUOTED);
    }
    return bare.appendTail(out).toString();
  }

  /** A comment begins a line, or stands behind a blank (YAML 1.2.2 section 6.6). */
  private static boolean isComment(String document, int at, boolean before) {
    char c = document.charAt(at);
    boolean begins = c == '#' && (at == 0 || Character.isWhitespace(document.charAt(at - 1)));
    return c != '\n' && (before || begins);
  }

  /** What a former document has. */
  private static final class Former {
    private final String text;
    private final Map<List<String>, Place> places = new HashMap<>();
    private final Map<String, String> comments = new HashMap<>();

    Former(String text) {
      this.text = text;
      SecretPlaces.of(text).orElse(List.of()).forEach(p -> places.putIfAbsent(p.path(), p));
      COMMENT
          .matcher(text)
          .results()
          .forEach(found -> comments.putIfAbsent(comments(found.group()), found.group()));
    }

    Optional<String> fill(String document, List<Place> masked) {
      StringBuilder out = new StringBuilder();
      int done = 0;
      for (Place place : masked) {
        if (place.from() < done) {
          continue;
        }
        Optional<String> value = value(document.substring(place.from(), place.to()), place);
        if (value.isEmpty()) {
          return Optional.empty();
        }
        out.append(commented(document.substring(done, place.from()))).append(value.get());
        done = place.to();
      }
      return Optional.of(out.append(commented(document.substring(done))).toString());
    }

    private String commented(String between) {
      return COMMENT
          .matcher(between)
          .replaceAll(found ->
              Matcher.quoteReplacement(comments.getOrDefault(found.group(), found.group())));
    }

    private Optional<String> value(String written, Place place) {
      boolean masked =
          place.secret()
              ? place.value().equals(TextSecrets.MASK)
              : TextSecrets.isMasked(place.value());
      if (!masked) {
        return Optional.of(written);
      }
      Optional<Place> same = Optional.ofNullable(places.get(place.path()));
      Optional<String> value =
          place.secret()
              ? same.filter(Place::secret).map(this::again)
              : TextSecrets.unmask(place.value(), same.map(Place::value), elsewhere())
                  .map(Former::again);
      return value.map(v -> properties(written) + v + written.substring(end(written)));
    }

    private List<String> elsewhere() {
      return places.values().stream().map(Place::value).toList();
    }

    /** As it was written if that is possible everywhere. */
    private String again(Place place) {
      String whole = text.substring(place.from(), place.to()).stripTrailing();
      String written = whole.substring(properties(whole).length());
      boolean anywhere =
          !written.contains("\n") && (written.startsWith("\"") || written.startsWith("'"));
      return anywhere ? written : again(place.value());
    }

    private static String again(String value) {
      return PLAIN.matcher(value).matches() ? value : quoted(value);
    }
  }

  /** YAML 1.2.2 section 7.3.1. */
  private static String quoted(String value) {
    StringBuilder out = new StringBuilder("\"");
    value
        .chars()
        .forEach(c -> {
          switch (c) {
            case '"', '\\' -> out.append('\\').append((char) c);
            case '\n' -> out.append("\\n");
            case '\t' -> out.append("\\t");
            default -> {
              if (c < ' ') {
                out.append("\\u%04x".formatted(c));
              } else {
                out.append((char) c);
              }
            }
          }
        });
    return out.append('"').toString();
  }
}
