package io.steelyard.config;

import io.steelyard.config.bind.Fields;
import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Scalars;
import io.steelyard.config.bind.Section;
import io.steelyard.config.bind.Value;
import java.util.Optional;
import java.util.regex.Pattern;

/** {@code admin}. */
final class AdminSection {
  static final Option<Address> ADDRESS =
      Option.of(
          "address",
          AddressText.LISTEN_TCP,
          AdminConfig.DEFAULT.address(),
          "Where the admin API listens; beyond the loopback only with token or tls.client-ca.");

  static final Option<Optional<Secret>> TOKEN =
      Option.optional(
          "token",
          PasswordFile.TOKEN,
          "What requests have to know, as 'Authorization: Bearer ...'; /livez and /readyz need"
              + " none.");

  static final Option<Optional<AdminTls>> TLS =
      Option.of("tls", AdminTlsSection.TYPE, Optional.empty(), "HTTPS in the place of HTTP.");

  static final Option<Optional<Address.Unix>> SOCKET =
      Option.optional(
          "socket",
          AddressText.SOCKET,
          "The same API at a UNIX socket too, for this node's own user alone; needs no token.");

  static final Option<Optional<String>> AUDIT_LOG =
      Option.optional(
          "audit-log",
          Scalars.text("the name of a file", Pattern.compile("[^\\x00]{1,4096}")),
          "File that gets a line of JSON for every change through the API; where that cannot be"
              + " written nothing is changed.");

  static final Section<AdminConfig> TYPE =
      Section.of(AdminSection::build, ADDRESS, TOKEN, TLS, SOCKET, AUDIT_LOG)
          .checked(AdminSection::check);

  private AdminSection() {}

  private static void check(Fields f) {
    f.find(SOCKET)
        .flatMap(socket -> socket)
        .ifPresent(socket -> ListenerSection.claim(socket, f.at(SOCKET), f.section()));
    if (f.find(ADDRESS).isEmpty()) {
      return;
    }
    Address address = f.get(ADDRESS);
    Value at = f.has(ADDRESS) ? f.at(ADDRESS) : f.section();
    if (!(address instanceof Address.Tcp tcp)) {
      at.problem("expected an address of TCP, found '%s': that is for 'socket'".formatted(address));
      return;
    }
    if (!AddressText.loopback(tcp) && !f.has(TOKEN) && !asksForCertificates(f)) {
      at.problem(
          "expected a loopback address, found '%s': where others reach the admin API it has to"
                  .formatted(address)
              + " know who asks: give 'token: FILE' (make one: openssl rand -hex 32), or 'tls' with"
              + " 'client-ca: FILE'");
      return;
    }
    ListenerSection.claim(address, at, f.section());
  }

  /** What is wrong in 'tls' itself is reported there. */
  private static boolean asksForCertificates(Fields f) {
    return f.has(TLS)
        && f.find(TLS).map(tls -> tls.isEmpty() || !tls.get().clientCa().isEmpty()).orElse(true);
  }

  private static AdminConfig build(Fields f) {
    return f.get(ADDRESS) instanceof Address.Tcp tcp
        ? new AdminConfig(
            tcp,
            f.get(TOKEN),
            f.get(TLS),
            f.get(SOCKET),
            f.get(AUDIT_LOG).map(f.section().binding().folder()::resolve))
        : AdminConfig.DEFAULT;
  }
}
