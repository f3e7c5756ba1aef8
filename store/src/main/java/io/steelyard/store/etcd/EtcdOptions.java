package io.steelyard.store.etcd;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * Where etcd is and who asks it.
 *
 * @param members their addresses, {@code http://host:port} or {@code https://host:port}; at least
 *     one
 * @param prefix that all keys begin with, with a slash at its end
 * @param timeout of one call to one member
 * @param tls how {@code https} members are spoken to; empty: as Java does it
 */
public record EtcdOptions(
    List<String> members,
    String prefix,
    Optional<User> user,
    Duration timeout,
    Optional<SSLContext> tls) {
  /** With members that Java believes by itself, or that speak no TLS. */
  public EtcdOptions(List<String> members, String prefix, Optional<User> user, Duration timeout) {
    this(members, prefix, user, timeout, Optional.empty());
  }

  public EtcdOptions {
    members = List.copyOf(members);
    if (members.isEmpty() || !prefix.endsWith("/")) {
      throw new IllegalArgumentException("members " + members + ", prefix " + prefix);
    }
  }

  /** Who asks. Does not print its password. */
  public record User(String name, String password) {
    @Override
    public String toString() {
      return name;
    }
  }
}
