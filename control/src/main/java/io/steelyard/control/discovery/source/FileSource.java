package io.steelyard.control.discovery.source;

import io.steelyard.config.Address;
import io.steelyard.config.ConfigError;
import io.steelyard.config.ConfigException;
import io.steelyard.config.DiscoverConfig.Limits;
import io.steelyard.config.DiscoverConfig.Source;
import io.steelyard.config.FileContent;
import io.steelyard.config.ServerConfig;
import io.steelyard.config.ServersText;
import io.steelyard.control.discovery.Answer;
import io.steelyard.control.discovery.ServerSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A file with a server in each line. Its content is compared, by its path: so it makes no
 * difference whether it is written in place or another one is renamed over it. A new content counts
 * when it was read twice in a row, since it may be half written.
 */
final class FileSource implements ServerSource {
  private static final int ERRORS_SHOWN_MAX = 3;

  private final Source.File file;
  private final Limits limits;
  private byte[] seen;
  private byte[] understood;
  private Answer last;

  FileSource(Source.File file, Limits limits) {
    this.file = file;
    this.limits = limits;
  }

  @Override
  public Answer ask() {
    byte[] content;
    try {
      content = FileContent.read(file.file());
    } catch (ConfigException e) {
      seen = null;
      return failed(e);
    }
    boolean rests = last == null || Arrays.equals(content, seen);
    seen = content;
    if (rests && !(last instanceof Answer.Found && Arrays.equals(content, understood))) {
      last = answer(content);
      understood = content;
    }
    return last;
  }

  private Answer answer(byte[] content) {
    if (content.length > 0 && content[content.length - 1] != '\n') {
      return new Answer.Failed(
          file.file() + ": its last line has no end: is it still being written?");
    }
    try {
      List<ServerConfig> servers =
          ServersText.parse(
              file.file().toString(), content, file.weight(), limits.maxConnections());
      if (servers.isEmpty()) {
        return new Answer.Nothing(
            "there is no server in " + file.file(), Optional.of(limits.intervalMin()));
      }
      return servers.size() > limits.serversMax()
          ? new Answer.TooMany(servers.size())
          : lookedUp(servers, limits.intervalMin());
    } catch (ConfigException e) {
      return failed(e);
    }
  }

  private Answer lookedUp(List<ServerConfig> servers, Duration ttl) {
    List<ServerConfig> found = new ArrayList<>();
    for (ServerConfig server : servers) {
      Optional<Address> address = Literals.lookedUp(server.address());
      if (address.isEmpty()) {
        return new Answer.Failed(
            "%s: the name in %s is not known to this machine's resolver"
                .formatted(file.file(), server.address()));
      }
      found.add(
          new ServerConfig(
              server.name(),
              address.get(),
              server.weight(),
              server.maxConnections(),
              server.backup(),
              server.zone()));
    }
    return new Answer.Found(found, Optional.of(ttl), "");
  }

  private static Answer failed(ConfigException e) {
    return new Answer.Failed(
        e.errors().stream()
            .limit(ERRORS_SHOWN_MAX)
            .map(ConfigError::toString)
            .collect(Collectors.joining("; ")));
  }

  @Override
  public void close() {
    // Nothing is kept open.
  }
}
