package io.steelyard.config;

import io.steelyard.config.bind.Fields;
import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Parsed;
import io.steelyard.config.bind.Scalar;
import io.steelyard.config.bind.Scalars;
import io.steelyard.config.bind.Section;
import io.steelyard.core.route.Action.Respond;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** {@code respond} of a route. */
final class RespondSection {
  private static final String TYPE_DEFAULT = "text/plain; charset=utf-8";

  static final Option<Integer> STATUS =
      Option.of("status", status(), 200, "200 to 299, or 400 to 599.");
  static final Option<String> TYPE_OPTION =
      Option.of(
          "type",
          Scalars.text(
              "a media type such as text/html",
              Pattern.compile("[A-Za-z0-9.+-]{1,64}/[A-Za-z0-9.+-]{1,64}(; ?[ -~]{0,126}[!-~])?")),
          TYPE_DEFAULT,
          "What the body is.");
  static final Option<String> BODY =
      Option.of("body", body(), "", "At most 64KiB; nothing by default.");

  static final Section<Respond> TYPE =
      Section.of(RespondSection::build, STATUS, TYPE_OPTION, BODY).checked(RespondSection::check);

  private RespondSection() {}

  private static Respond build(Fields f) {
    String body = f.get(BODY);
    return new Respond(f.get(STATUS), body.isEmpty() ? "" : f.get(TYPE_OPTION), body);
  }

  private static void check(Fields f) {
    boolean without = f.find(STATUS).filter(status -> status == 204 || status == 205).isPresent();
    if (without && !f.find(BODY).orElse("").isEmpty()) {
      f.at(BODY).problem("an answer of this status has no body");
    }
    if (f.has(TYPE_OPTION) && !f.has(BODY)) {
      f.at(TYPE_OPTION).problem("there is no body that would have it");
    }
  }

  private static Scalar<Integer> status() {
    Scalar<Integer> any = Scalars.wholeNumber(200, 599);
    return new Scalar<>(
        any.expected(),
        any.quotable(),
        text ->
            text.matches("3[0-9][0-9]")
                ? Parsed.bad("'" + text + "' leads elsewhere: write 'redirect'")
                : any.reader().apply(text),
        any.writer(),
        any.schema());
  }

  private static Scalar<String> body() {
    String expected = "a text of at most 64KiB";
    return new Scalar<>(
        expected,
        true,
        text ->
            text.getBytes(StandardCharsets.UTF_8).length <= Respond.BODY_BYTES_MAX
                ? Parsed.good(text)
                : Parsed.bad("expected " + expected + ", found more"),
        text -> text,
        schema());
  }

  /** In this order. */
  private static Map<String, Object> schema() {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "string");
    schema.put("maxLength", Respond.BODY_BYTES_MAX);
    return schema;
  }
}
