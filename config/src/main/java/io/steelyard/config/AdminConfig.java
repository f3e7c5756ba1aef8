package io.steelyard.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the admin API listens, and who may ask there.
 *
 * @param token what a request has to know; empty for none
 * @param tls how it is encrypted; empty for not at all
 * @param socket the UNIX socket at which it is to be found as well
 * @param auditLog the file that every change is written to
 */
public record AdminConfig(
    Address.Tcp address,
    Optional<Secret> token,
    Optional<AdminTls> tls,
    Optional<Address.Unix> socket,
    Optional<Path> auditLog) {
  public static final AdminConfig DEFAULT = new AdminConfig(new Address.Tcp("127.0.0.1", 7700));

  /** Open to whoever reaches that address. */
  public AdminConfig(Address.Tcp address) {
    this(address, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }
}
