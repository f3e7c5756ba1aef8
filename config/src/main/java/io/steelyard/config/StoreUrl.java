package io.steelyard.config;

import io.steelyard.config.bind.Parsed;
import io.steelyard.config.bind.Spelling;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code scheme://user:password@host:port,host:port/path} (RFC 3986 but for the several hosts). The
 * user and the password may contain escapes such as {@code %40}.
 */
final class StoreUrl {
  private static final Pattern PARTS = Pattern.compile("([^/?#]*)(.*)", Pattern.DOTALL);
  private static final Pattern DB = Pattern.compile("/([0-9]{1,4})?");
  private static final Pattern MASTER_DB = Pattern.compile("/([A-Za-z0-9._-]{1,64})(/[0-9]{1,4})?");

  private final ShareConfig.Kind kind;
  private final boolean tls;
  private final String url;

  private StoreUrl(ShareConfig.Kind kind, boolean tls, String url) {
    this.kind = kind;
    this.tls = tls;
    this.url = url;
  }

  /** A URL that begins with the scheme of this kind. */
  static Parsed<ShareConfig> parse(ShareConfig.Kind kind, boolean tls, String url) {
    try {
      return Parsed.good(new StoreUrl(kind, tls, url).read());
    } catch (Refused e) {
      return Parsed.bad(e.getMessage());
    }
  }

  /** What is wrong, fit to be shown. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message, null, false, false);
    }
  }

  private ShareConfig.Store read() throws Refused {
    Matcher parts = PARTS.matcher(url.substring(scheme().length()));
    if (!parts.matches()) {
      throw new IllegalStateException("every text has such parts");
    }
    String authority = parts.group(1);
    String path = parts.group(2);
    refuse(
        path.indexOf('@') >= 0,
        "'/', '?' and '#' in a user or a password are written %2F, %3F and %23, found " + shown());
    refuse(
        path.indexOf('?') >= 0 || path.indexOf('#') >= 0, "the URL of a store has no '?' and '#'");
    int at = authority.indexOf('@');
    refuse(
        at != authority.lastIndexOf('@'),
        "one user stands before all hosts, and '@' in a user or a password is written %40, found "
            + shown());
    String user = at < 0 ? "" : authority.substring(0, at);
    refuse(at >= 0 && !kind.knowsUsers(), "memcached has neither users nor passwords here");
    List<Address.Tcp> endpoints =
        StoreHosts.read(kind.portDefault(), scheme(), authority.substring(at + 1));
    refuse(
        endpoints.size() > 1 && kind == ShareConfig.Kind.REDIS,
        "%s has one host: several are those of redis+sentinel:// or redis+cluster://"
            .formatted(scheme()));
    return store(endpoints, user, path);
  }

  private ShareConfig.Store store(List<Address.Tcp> endpoints, String userinfo, String path)
      throws Refused {
    int colon = userinfo.indexOf(':');
    String user = plain(colon < 0 ? userinfo : userinfo.substring(0, colon));
    Optional<Secret> password =
        colon < 0 ? Optional.empty() : Optional.of(password(userinfo.substring(colon + 1)));
    boolean sentinel = kind == ShareConfig.Kind.REDIS_SENTINEL;
    Matcher named = MASTER_DB.matcher(path);
    refuse(
        sentinel && !named.matches(),
        "expected the name of the master after the hosts, as in %sh1:26379,h2:26379/mymaster"
            .formatted(scheme()));
    return new ShareConfig.Store(
        kind,
        tls,
        endpoints,
        user,
        password,
        sentinel ? named.group(1) : "",
        db(sentinel ? Optional.ofNullable(named.group(2)).orElse("") : path));
  }

  private int db(String path) throws Refused {
    if (path.isEmpty()) {
      return 0;
    }
    Matcher db = DB.matcher(path);
    boolean several = kind == ShareConfig.Kind.REDIS || kind == ShareConfig.Kind.REDIS_SENTINEL;
    refuse(
        !several && !path.equals("/"),
        "%s has only one database: leave out '%s'"
            .formatted(kind.scheme(tls), Spelling.quotable(path)));
    refuse(
        !db.matches(),
        "expected a database from 0 to 9999 after the host, found '%s'"
            .formatted(Spelling.quotable(path)));
    return db.group(1) == null ? 0 : Integer.parseInt(db.group(1));
  }

  private Secret password(String escaped) throws Refused {
    refuse(
        escaped.isEmpty(),
        "expected a password between ':' and '@', or neither of them, found " + shown());
    return Secret.of(plain(escaped));
  }

  private String plain(String escaped) throws Refused {
    return unescaped(escaped, ", found " + shown());
  }

  /** What a user or a password in a URL stands for. */
  static String unescaped(String escaped, String found) throws Refused {
    try {
      // Made for forms, where '+' is a blank; in a URL it is itself.
      return URLDecoder.decode(escaped.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new Refused("'%' in a user or a password is written %25" + found);
    }
  }

  private String scheme() {
    return kind.scheme(tls) + "://";
  }

  /** The whole URL, which has a user: what stands there is left out. */
  private String shown() {
    return "'" + Spelling.quotable(url) + "'";
  }

  private static void refuse(boolean wrong, String message) throws Refused {
    if (wrong) {
      throw new Refused(message);
    }
  }
}
