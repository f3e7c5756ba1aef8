package io.steelyard.app.cli.doctor;

import io.steelyard.app.cli.doctor.Facts.Pool;
import io.steelyard.app.cli.doctor.Facts.Server;
import io.steelyard.app.cli.doctor.Facts.Settings;
import io.steelyard.app.node.store.SharedCheck;
import io.steelyard.config.Address;
import io.steelyard.config.Config;
import io.steelyard.config.ConfigException;
import io.steelyard.config.ConfigParser;
import io.steelyard.config.ConfigText;
import io.steelyard.config.OwnConfig;
import io.steelyard.config.OwnSource;
import io.steelyard.config.PoolConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a configuration says: the node's own, with what it takes from a store. */
public final class SettingsReader {
  /** In the place of what a store would say. */
  private static final ConfigText NOTHING =
      ConfigText.shared("nothing", "listeners: {}\npools: {}\n");

  private SettingsReader() {}

  /**
   * Settings, and why the store that they come from did not answer; then without its part.
   *
   * @param away empty if it answered, or there is none
   */
  public record Read(Settings settings, Optional<String> away) {}

  /**
   * Reads it, and asks the store that it names. Blocks.
   *
   * @throws ConfigException with every mistake
   */
  public static Read read(OwnSource source) throws ConfigException, InterruptedException {
    List<ConfigText> texts = source.read();
    Optional<OwnConfig> own = ConfigParser.own(texts);
    if (own.isEmpty()) {
      Config config = ConfigParser.parse(texts).config();
      return new Read(new Settings(config, Optional.empty(), Optional.empty()), Optional.empty());
    }
    OwnConfig with = own.get();
    Optional<String> unkept = unkept(source, with);
    try {
      Config config = SharedCheck.read(texts, with).config();
      return new Read(new Settings(config, Optional.of(with.from()), unkept), Optional.empty());
    } catch (IOException e) {
      List<ConfigText> alone = new ArrayList<>(texts);
      alone.add(NOTHING);
      Config config = ConfigParser.parse(alone, true).config();
      return new Read(
          new Settings(config, Optional.of(with.from()), unkept),
          Optional.of("%s did not answer: %s".formatted(with.from(), e.getMessage())));
    }
  }

  /** A file that cannot be written, or made where it is to be. */
  private static Optional<String> unkept(OwnSource source, OwnConfig own) {
    Optional<Path> file = own.options().lastGood().or(() -> beside(source));
    if (file.isEmpty()) {
      return Optional.empty();
    }
    Path kept = file.get().toAbsolutePath();
    Path folder = kept.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      return Optional.of("there is no folder " + folder);
    }
    // It is replaced by another one, so the folder counts.
    return Files.isWritable(folder)
        ? Optional.empty()
        : Optional.of("folder " + folder + " cannot be written to");
  }

  private static Optional<Path> beside(OwnSource source) {
    return switch (source) {
      case OwnSource.Single(Path path) -> Optional.of(named(path));
      case OwnSource.Folder(Path path) -> Optional.of(named(path));
      case OwnSource.CommandLine _ -> Optional.empty();
    };
  }

  private static Path named(Path path) {
    return path.resolveSibling(path.getFileName() + ".last-good");
  }

  /** Its pools, as long as no node says how they fare. */
  public static List<Pool> pools(Settings settings) {
    return settings.config().pools().stream().map(SettingsReader::pool).toList();
  }

  private static Pool pool(PoolConfig pool) {
    return new Pool(
        pool.name(),
        pool.health().isPresent(),
        pool.discover().isPresent(),
        pool.servers().stream()
            .map(s -> new Server(s.name(), host(s.address()), s.zone(), s.backup(), true))
            .toList());
  }

  private static String host(Address address) {
    return address instanceof Address.Tcp tcp ? tcp.host() : "this machine";
  }
}
