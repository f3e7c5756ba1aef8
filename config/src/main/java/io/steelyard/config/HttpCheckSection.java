package io.steelyard.config;

import io.steelyard.config.HealthConfig.Check;
import io.steelyard.config.HealthConfig.Check.Http;
import io.steelyard.config.bind.Either;
import io.steelyard.config.bind.Fields;
import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Parsed;
import io.steelyard.config.bind.Scalar;
import io.steelyard.config.bind.Scalars;
import io.steelyard.config.bind.Section;
import io.steelyard.config.bind.Spelling;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** {@code pools.NAME.health.http}: just a path, or a mapping. */
final class HttpCheckSection {
  /** A path with or without a query. */
  static final Scalar<String> PATH_TYPE =
      Scalars.text("a path that starts with '/'", Pattern.compile("/[!\"$-~]{0,1023}"));

  static final Scalar<String> HOST_TYPE =
      Scalars.text(
          "a host such as app.example or app.example:8080",
          Pattern.compile("([A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}\\])(:[0-9]{1,5})?"));

  static final Option<String> PATH =
      Option.required("path", PATH_TYPE, "What is asked for; may have a query.");
  static final Option<String> METHOD =
      Option.of("method", methods(), "GET", "How it is asked for; without a body.");
  static final Option<String> HOST =
      Option.of("host", HOST_TYPE, "", "The Host header field; the server's address by default.");
  static final Option<List<Http.Header>> HEADERS =
      Option.of("headers", new HeadersType(), List.of(), "Further header fields, at most 32.");
  static final Option<List<StatusSet.Range>> STATUS =
      Option.of(
          "status",
          StatusText.TYPE,
          StatusSet.DEFAULT.ranges(),
          "Good answers, as in [200-399, 401]; 200 to 399 by default.");
  static final Option<Optional<BodyPattern>> BODY =
      Option.optional(
          "body",
          Scalars.text("a regular expression", ".{1,1024}", HttpCheckSection::pattern),
          "Stands somewhere in the body of a good answer.");

  static final Section<Check> SECTION =
      Section.<Check>of(HttpCheckSection::build, PATH, METHOD, HOST, HEADERS, STATUS, BODY)
          .checked(HttpCheckSection::check);

  static final Either<Check> TYPE =
      new Either<>(
          Scalars.<Check>text(PATH_TYPE.expected(), "/[!\"$-~]{0,1023}", HttpCheckSection::get),
          SECTION);

  private HttpCheckSection() {}

  private static Parsed<Check> get(String text) {
    // No switch over patterns on the way of a start: the JDK spins a class for each, every time.
    Parsed<String> read = PATH_TYPE.reader().apply(text);
    return read instanceof Parsed.Good<String>(String path)
        ? Parsed.good(Http.get(path))
        : Parsed.bad(((Parsed.Bad<String>) read).message());
  }

  private static Scalar<String> methods() {
    LinkedHashMap<String, String> choices = new LinkedHashMap<>();
    List.of("GET", "HEAD", "OPTIONS", "POST").forEach(m -> choices.put(m, m));
    return Scalars.choice(choices, List.of());
  }

  private static Parsed<BodyPattern> pattern(String text) {
    if (text.isEmpty() || text.length() > BodyPattern.LENGTH_MAX) {
      return Parsed.bad(
          "expected a regular expression of 1 to %d characters, found %d"
              .formatted(BodyPattern.LENGTH_MAX, text.length()));
    }
    try {
      return Parsed.good(BodyPattern.of(text));
    } catch (PatternSyntaxException e) {
      String why = e.getDescription().substring(0, 1).toLowerCase(Locale.ROOT);
      return Parsed.bad(
          "'%s' is no regular expression: %s%s"
              .formatted(
                  Spelling.quotable(text),
                  Spelling.quotable(why + e.getDescription().substring(1)),
                  e.getIndex() < 0 ? "" : " at its character " + (e.getIndex() + 1)));
    }
  }

  private static void check(Fields f) {
    if (f.has(BODY) && f.find(METHOD).filter("HEAD"::equals).isPresent()) {
      f.at(BODY).problem("the answer to HEAD has no body");
    }
  }

  private static Check build(Fields f) {
    return new Http(
        f.get(PATH),
        f.get(METHOD),
        f.get(HOST),
        f.get(HEADERS),
        new StatusSet(f.get(STATUS)),
        f.get(BODY));
  }
}
