package io.steelyard.control;

import io.steelyard.config.AdminConfig;
import io.steelyard.config.Config;
import io.steelyard.config.ConfigError;
import io.steelyard.config.ConfigException;
import io.steelyard.config.ConfigParser;
import io.steelyard.config.ConfigParser.Composed;
import io.steelyard.config.ConfigReader;
import io.steelyard.config.ConfigText;
import io.steelyard.config.ConfigText.Part;
import io.steelyard.config.FromConfig;
import io.steelyard.config.FromOptions;
import io.steelyard.config.OwnConfig;
import io.steelyard.control.shared.Edition;
import io.steelyard.control.shared.LossGuard;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts a node's own text together with what nodes share, and guards what may be lost by that. */
final class SharedParser {
  private final FromConfig from;
  private final ConfigReader reader = new ConfigReader();

  /** That losses are counted from; no pools if that is not known. */
  private volatile Config steady = new Config("", List.of(), List.of(), AdminConfig.DEFAULT);

  SharedParser(OwnConfig own) {
    this.from = own.from();
  }

  /**
   * From now on losses are counted from this. It is what is served, or was before the start, but
   * for what is only tried: going back from that is no loss.
   */
  void compareWith(Config served) {
    steady = served;
  }

  /** The texts of both. */
  List<ConfigText> texts(List<ConfigText> own, Edition edition) throws ConfigException {
    own(own);
    if (!edition.defects().isEmpty()) {
      throw new ConfigException(edition.defects());
    }
    List<ConfigText> texts = new ArrayList<>(own);
    texts.addAll(edition.texts());
    return texts;
  }

  /**
   * What they say together.
   *
   * @param force whether it may take away what is guarded
   * @param empty whether it may say that there is nothing to serve
   */
  Composed read(List<ConfigText> texts, boolean force, boolean empty) throws ConfigException {
    // Of the very texts: a node's own file may have changed without being served yet, or ever.
    FromOptions options = own(texts).options();
    boolean nothing =
        texts.stream()
            .noneMatch(text -> text.part() instanceof Part.Shared && !text.content().isBlank());
    if (nothing && !empty && !options.acceptLosses()) {
      throw new ConfigException(
          List.of(
              new ConfigError(
                  from + "/config",
                  0,
                  0,
                  "there is no document, or an empty one: 'steelyard config put FILE' writes one"
                      + " through a node that runs (--force: an empty one), and the store's own"
                      + " tool before any does")));
    }
    Composed composed = reader.parse(texts, empty || options.acceptLosses());
    List<String> losses = LossGuard.losses(steady, composed.config());
    if (!losses.isEmpty() && !force && !options.acceptLosses()) {
      throw new ConfigException(losses.stream().map(this::refused).toList());
    }
    return composed;
  }

  /** What they say of the node itself; another source than at the start is refused. */
  private OwnConfig own(List<ConfigText> texts) throws ConfigException {
    Optional<OwnConfig> own =
        ConfigParser.own(texts.stream().filter(text -> text.part() instanceof Part.Own).toList());
    if (own.isPresent() && own.get().from().equals(from)) {
      return own.get();
    }
    throw new ConfigException(
        List.of(
            new ConfigError(
                texts.getFirst().source(),
                0,
                0,
                "'from' has changed: to follow another store restart the node")));
  }

  private ConfigError refused(String loss) {
    return new ConfigError(
        from.toString(),
        0,
        0,
        loss
            + "; if that is meant, 'steelyard config put FILE --force' allows it once, and"
            + " 'store: {accept-losses: true}' always");
  }
}
