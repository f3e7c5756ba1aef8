package io.steelyard.config;

/** Where the admin API listens. */
public record AdminConfig(Address.Tcp address) {
  public static final AdminConfig DEFAULT = new AdminConfig(new Address.Tcp("127.0.0.1", 7700));
}
