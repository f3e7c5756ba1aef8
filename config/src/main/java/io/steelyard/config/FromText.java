package io.steelyard.config;

import io.steelyard.config.FromConfig.Kind;
import io.steelyard.config.StoreUrl.Refused;
import io.steelyard.config.bind.Parsed;
import io.steelyard.config.bind.Scalar;
import io.steelyard.config.bind.Scalars;
import io.steelyard.config.bind.Spelling;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code etcd://user:password@host:port,host:port/prefix}, or {@code file:FOLDER}. No message
 * repeats a password.
 */
final class FromText {
  private static final Pattern URL =
      Pattern.compile("([A-Za-z0-9+.-]+)://(?:([^/?#]*)@)?([^/?#@]*)(/[^?#]*)?");

  /** As part of keys and of messages: nothing that has to be escaped anywhere. */
  private static final Pattern PREFIX = Pattern.compile("(/[A-Za-z0-9._-]{1,64}){1,8}/?");

  static final Scalar<FromConfig> TYPE =
      Scalars.text("the URL of a store", "((etcd|zookeeper|consul)s?://|file:).+", FromText::parse);

  private static final String FILE = "file:";

  private FromText() {}

  private static Parsed<FromConfig> parse(String text) {
    if (text.startsWith(FILE)) {
      return folder(text.substring(FILE.length()));
    }
    Matcher url = URL.matcher(text);
    if (!url.matches()) {
      return Parsed.bad(
          "expected the URL of a store such as etcd://host:2379/steelyard; '/', '?', '#' and '@'"
              + " in a user or a password are written %2F, %3F, %23 and %40");
    }
    try {
      return Parsed.good(store(url));
    } catch (Refused e) {
      return Parsed.bad(e.getMessage());
    }
  }

  /** As it stands there: what it is relative to is not known here. */
  private static Parsed<FromConfig> folder(String written) {
    String name = written.startsWith("//") ? written.substring(2) : written;
    if (name.isBlank() || (written.startsWith("//") && !name.startsWith("/"))) {
      return Parsed.bad("expected a folder after 'file:', as in file:shared or file:///etc/shared");
    }
    try {
      return Parsed.good(new FromConfig.Folder(Path.of(name)));
    } catch (InvalidPathException e) {
      return Parsed.bad("expected the name of a folder after 'file:'");
    }
  }

  private static FromConfig store(Matcher url) throws Refused {
    String scheme = url.group(1);
    List<String> known = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      for (boolean tls : List.of(false, true)) {
        known.add(kind.scheme(tls));
        if (kind.scheme(tls).equals(scheme)) {
          return new FromConfig.Store(
              kind,
              tls,
              StoreHosts.read(kind.portDefault(), scheme + "://", url.group(3)),
              user(kind, url.group(2)),
              password(url.group(2)),
              ClientTls.DEFAULT,
              prefix(url.group(4)));
        }
      }
    }
    throw new Refused(
        "there is no store '%s'%s"
            .formatted(
                Spelling.quotable(scheme), Spelling.hintAmong(scheme, known, "kinds of stores")));
  }

  private static String user(Kind kind, String userinfo) throws Refused {
    String user = userinfo == null ? "" : StoreUrl.unescaped(userinfo.split(":", 2)[0], "");
    if (kind == Kind.CONSUL && !user.isEmpty()) {
      throw new Refused(
          "Consul knows tokens, not users: name a file with one in 'store: {password: FILE}', or"
              + " write :TOKEN@ before the host");
    }
    return user;
  }

  private static Optional<Secret> password(String userinfo) throws Refused {
    if (userinfo == null || userinfo.indexOf(':') < 0) {
      return Optional.empty();
    }
    String password = userinfo.split(":", 2)[1];
    if (password.isEmpty()) {
      throw new Refused("expected a password between ':' and '@', or neither of them");
    }
    return Optional.of(Secret.of(StoreUrl.unescaped(password, "")));
  }

  private static String prefix(String path) throws Refused {
    if (path == null || !PREFIX.matcher(path).matches()) {
      throw new Refused(
          "expected a prefix for its keys after the hosts, as in etcd://host:2379/steelyard, of"
              + " letters, digits, '.', '_' and '-' between slashes");
    }
    return path.endsWith("/") ? path : path + "/";
  }
}
