package io.steelyard.config;

import io.steelyard.config.bind.Parsed;
import io.steelyard.config.bind.Scalar;
import io.steelyard.config.bind.Scalars;
import io.steelyard.config.bind.Spelling;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Names and values of header fields (RFC 9110 section 5), with what may not be done to them. */
final class FieldText {
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}");
  private static final Pattern VALUE_PATTERN = Pattern.compile("([!-~]([\\t -~]{0,1022}[!-~])?)?");

  /** They say where a message ends, or concern one connection only (RFC 9110 section 7.6.1). */
  private static final Set<String> FRAMING =
      Set.of(
          "connection",
          "content-length",
          "expect",
          "http2-settings",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  /** What servers are told by the balancer. */
  private static final Set<String> OWN =
      Set.of(
          "x-forwarded-for",
          "x-forwarded-host",
          "x-forwarded-port",
          "x-forwarded-proto",
          "x-request-id",
          "client-cert",
          "x-client-cert-sha256",
          "x-client-cert-subject");

  private static final String HOST = "host";
  private static final String FORGED =
      "conditions see what clients send, and this is what the balancer tells servers";

  /** Of which a route asks. */
  static final Scalar<String> ASKED =
      name(
          Map.of(
              HOST,
              "write 'host' beside 'header', not in it",
              "client-cert",
              FORGED,
              "x-client-cert-sha256",
              FORGED,
              "x-client-cert-subject",
              FORGED));

  /** That is put in place of others in a request. */
  static final Scalar<String> SET_IN_REQUEST = changed(true, true);

  /** That is added to a request, or taken from it. */
  static final Scalar<String> IN_REQUEST = changed(true, false);

  /** Of a response. */
  static final Scalar<String> IN_RESPONSE = changed(false, true);

  /** Never repeated: it may be a secret. */
  static final Scalar<String> VALUE =
      Scalars.text("the value of a header field", VALUE_PATTERN.pattern(), FieldText::value);

  private FieldText() {}

  private static Scalar<String> name(Map<String, String> refused) {
    return Scalars.text(
        "the name of a header field",
        TOKEN.pattern(),
        text -> {
          String why = refused.get(text.toLowerCase(Locale.ROOT));
          return why == null ? token(text) : Parsed.bad(why);
        });
  }

  private static Parsed<String> token(String text) {
    return TOKEN.matcher(text).matches()
        ? Parsed.good(text)
        : Parsed.bad(
            "expected the name of a header field, found '%s': letters, digits and '-' name one"
                .formatted(Spelling.quotable(text)));
  }

  private static Scalar<String> changed(boolean request, boolean host) {
    return Scalars.text(
        "the name of a header field",
        TOKEN.pattern(),
        text -> {
          // Servers that read an underscore so would take it for the other.
          String lower = text.toLowerCase(Locale.ROOT).replace('_', '-');
          if (FRAMING.contains(lower)) {
            return Parsed.bad(
                "'%s' concerns one connection, or where a message ends: the balancer sees to it"
                    .formatted(text));
          }
          if (request && OWN.contains(lower)) {
            return Parsed.bad("the balancer sets '" + text + "' itself");
          }
          if (lower.equals(HOST) && !host) {
            return Parsed.bad("'" + text + "' can only be set");
          }
          if (lower.equals(HOST) && !request) {
            return Parsed.bad("'" + text + "' is of no meaning in a response");
          }
          return token(text);
        });
  }

  private static Parsed<String> value(String text) {
    return VALUE_PATTERN.matcher(text).matches()
        ? Parsed.good(text)
        : Parsed.bad(
            "expected the value of a header field, found one that is longer than 1024, begins or ends"
                + " with a blank, or has characters that are not printable ASCII");
  }
}
