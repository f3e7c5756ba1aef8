package io.steelyard.config;

import io.steelyard.config.bind.Fields;
import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Scalar;
import io.steelyard.config.bind.Scalars;
import io.steelyard.config.bind.Section;
import io.steelyard.core.balance.HashKey;
import io.steelyard.core.balance.HashKey.Kind;
import io.steelyard.core.session.SessionCookie;
import io.steelyard.core.session.SessionCookie.SameSite;
import io.steelyard.core.session.SessionCookie.Secure;
import io.steelyard.core.session.Sticky.Fallback;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code pools.NAME.sticky}. */
final class StickySection {
  private static final Scalar<Duration> LIFE = Scalars.secondsOrNone(Duration.ofDays(400));

  static final Option<Optional<String>> COOKIE =
      Option.optional(
          "cookie",
          Scalars.text("the name of a cookie", Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}")),
          "Name of a cookie of the balancer's own that says, signed, where the session is.");
  static final Option<Optional<HashKey>> LEARN =
      Option.optional(
          "learn",
          HashKeyText.LEARNED,
          "The application's own session id, which its responses set or tell: it is remembered.");
  static final Option<Optional<Boolean>> SOURCE =
      Option.optional("source", Scalars.justTrue(), "The client's address is remembered.");
  static final Option<Optional<String>> HEADER =
      Option.optional(
          "header",
          Scalars.text("the name of a header field", HashKeyText.TOKEN),
          "What this field of the request says is remembered.");
  static final Option<Optional<String>> QUERY =
      Option.optional(
          "query",
          Scalars.text("the name of a parameter", HashKeyText.PARAMETER),
          "What this parameter of the query says is remembered.");
  static final Option<Duration> TTL =
      Option.of(
          "ttl",
          Scalars.duration(Duration.ofSeconds(1), Duration.ofDays(30)),
          Duration.ofMinutes(30),
          "How long it is remembered without a request.");
  static final Option<Duration> MAX_IDLE =
      Option.of(
          "max-idle", LIFE, Duration.ZERO, "Without a request for so long it is over; 0: never.");
  static final Option<Duration> MAX_AGE =
      Option.of("max-age", LIFE, Duration.ZERO, "So long after it began it is over; 0: never.");
  static final Option<String> PATH =
      Option.of(
          "path",
          Scalars.text("a path", Pattern.compile("/[!-~&&[^;]]{0,255}")),
          "/",
          "Requests below it carry the cookie.");
  static final Option<String> DOMAIN =
      Option.of(
          "domain",
          Scalars.text(
              "a domain", Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")),
          "",
          "Hosts of it carry the cookie; else only the host that set it.");
  static final Option<Secure> SECURE =
      Option.of(
          "secure",
          choices(Secure.values()),
          Secure.AUTO,
          "Whether only encrypted connections carry it; auto: if the client's own is.");
  static final Option<SameSite> SAME_SITE =
      Option.of(
          "same-site",
          choices(SameSite.values()),
          SameSite.LAX,
          "Which requests that other sites bring about carry it.");
  static final Option<Boolean> HTTP_ONLY =
      Option.of("http-only", Scalars.truth(), true, "Whether it is hidden from scripts.");
  static final Option<Fallback> FALLBACK =
      Option.of(
          "fallback",
          choices(Fallback.values()),
          Fallback.REBALANCE,
          "When the session's server is gone or down: rebalance moves it, refuse answers 503.");
  static final Option<Boolean> RETURN =
      Option.of(
          "return",
          Scalars.truth(),
          false,
          "Whether a session that moved goes home when its server is back.");

  static final Section<StickyConfig> TYPE =
      Section.of(
              StickySection::build,
              COOKIE,
              LEARN,
              SOURCE,
              HEADER,
              QUERY,
              TTL,
              MAX_IDLE,
              MAX_AGE,
              PATH,
              DOMAIN,
              SECURE,
              SAME_SITE,
              HTTP_ONLY,
              FALLBACK,
              RETURN)
          .exactlyOneOf(COOKIE, LEARN, SOURCE, HEADER, QUERY)
          .checked(StickySection::check);

  private StickySection() {}

  private static <E extends Enum<E>> Scalar<E> choices(E[] values) {
    LinkedHashMap<String, E> choices = new LinkedHashMap<>();
    for (E value : values) {
      choices.put(value.name().toLowerCase(Locale.ROOT), value);
    }
    return Scalars.choice(choices, List.of());
  }

  /** Scope of the notes of pools whose sessions only HTTP tells, by the pool's name. */
  record OnlyHttp(String pool) {}

  private static void check(Fields f) {
    Option<?> means =
        Stream.of(COOKIE, LEARN, SOURCE, HEADER, QUERY).filter(f::has).findFirst().orElse(null);
    if (means == null) {
      return;
    }
    if (!f.has(SOURCE)) {
      f.section().binding().note(new OnlyHttp(f.section().parent().key()), f.at(means));
    }
    boolean cookie = f.has(COOKIE);
    Stream<Option<?>> others =
        cookie
            ? Stream.of(TTL)
            : Stream.of(MAX_IDLE, MAX_AGE, PATH, DOMAIN, SECURE, SAME_SITE, HTTP_ONLY);
    String whose = cookie ? "what is remembered" : "the balancer's own 'cookie'";
    others
        .filter(f::has)
        .forEach(
            o -> f.at(o).problem("this is for %s, and '%s' is not".formatted(whose, means.key())));
    checkAttributes(f);
  }

  private static void checkAttributes(Fields f) {
    boolean secure = f.find(SECURE).filter(s -> s == Secure.ALWAYS).isPresent();
    if (!secure && f.find(SAME_SITE).filter(s -> s == SameSite.NONE).isPresent()) {
      f.at(SAME_SITE).problem("browsers drop cookies with 'none' but for 'secure: always'");
    }
    f.find(COOKIE)
        .flatMap(name -> name)
        .filter(name -> !secure && (name.startsWith("__Host-") || name.startsWith("__Secure-")))
        .ifPresent(name -> f.at(COOKIE).problem("browsers drop it but for 'secure: always'"));
    boolean comesBack = f.find(RETURN).filter(r -> r).isPresent();
    if (comesBack && f.find(FALLBACK).filter(b -> b == Fallback.REFUSE).isPresent()) {
      f.at(RETURN).problem("with 'fallback: refuse' no session ever leaves its server");
    }
  }

  private static StickyConfig build(Fields f) {
    return new StickyConfig(
        f.get(COOKIE).map(name -> cookie(f, name)).orElseGet(() -> keyed(f)),
        f.get(FALLBACK),
        f.get(RETURN));
  }

  private static StickyConfig.Means keyed(Fields f) {
    HashKey key =
        f.get(LEARN)
            .or(() -> f.get(HEADER).map(name -> new HashKey(Kind.HEADER, name)))
            .or(() -> f.get(QUERY).map(name -> new HashKey(Kind.QUERY, name)))
            .orElse(HashKey.ADDRESS);
    return new StickyConfig.Means.Keyed(key, f.has(LEARN), f.get(TTL));
  }

  private static StickyConfig.Means cookie(Fields f, String name) {
    return new StickyConfig.Means.Cookie(
        new SessionCookie(
            name,
            f.get(MAX_IDLE),
            f.get(MAX_AGE),
            f.get(PATH),
            f.get(DOMAIN),
            f.get(SECURE),
            f.get(SAME_SITE),
            f.get(HTTP_ONLY)));
  }
}
