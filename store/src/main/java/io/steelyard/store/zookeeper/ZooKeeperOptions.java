package io.steelyard.store.zookeeper;

import io.steelyard.config.ClientTls;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Which ZooKeeper, and as whom.
 *
 * @param members as {@code host:port}
 * @param prefix that all keys begin with; begins and ends with a slash
 * @param user who asks, if anybody in particular
 * @param tls how members are spoken to, if they speak TLS
 * @param timeout of one answer, and of connecting; the session's is four times as long
 */
public record ZooKeeperOptions(
    List<String> members,
    String prefix,
    Optional<User> user,
    Optional<ClientTls> tls,
    Duration timeout) {
  public ZooKeeperOptions {
    members = List.copyOf(members);
    if (members.isEmpty() || !prefix.startsWith("/") || !prefix.endsWith("/")) {
      throw new IllegalArgumentException("no member, or a prefix without slashes");
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
