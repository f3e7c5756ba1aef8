package io.steelyard.config;

import io.steelyard.config.bind.Fields;
import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Section;
import io.steelyard.config.bind.Value;

/** {@code admin}. */
final class AdminSection {
  static final Option<Address> ADDRESS =
      Option.of(
          "address",
          AddressText.LISTEN,
          AdminConfig.DEFAULT.address(),
          "Where the admin API listens; a loopback address.");

  static final Section<AdminConfig> TYPE =
      Section.of(AdminSection::build, ADDRESS).later("token").checked(AdminSection::check);

  private AdminSection() {}

  private static void check(Fields f) {
    if (f.find(ADDRESS).isEmpty()) {
      return;
    }
    Address address = f.get(ADDRESS);
    Value at = f.has(ADDRESS) ? f.at(ADDRESS) : f.section();
    if (!(address instanceof Address.Tcp tcp) || !AddressText.loopback(tcp)) {
      at.problem(
          "expected a loopback address, found '%s': elsewhere the admin API needs a token, which"
                  .formatted(address)
              + " is not available in this version");
      return;
    }
    ListenerSection.claim(address, at, f.section());
  }

  private static AdminConfig build(Fields f) {
    return f.get(ADDRESS) instanceof Address.Tcp tcp ? new AdminConfig(tcp) : AdminConfig.DEFAULT;
  }
}
