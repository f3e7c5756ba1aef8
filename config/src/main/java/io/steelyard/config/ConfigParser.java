package io.steelyard.config;

import io.steelyard.config.bind.Binding;
import io.steelyard.config.bind.Document;
import io.steelyard.config.bind.Position;
import io.steelyard.config.bind.Problem;
import io.steelyard.config.bind.Text;
import io.steelyard.config.bind.Trees;
import io.steelyard.config.bind.Type;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes a {@link Config} from YAML 1.2, or says everything that is wrong with it. Never resolves a
 * name, never makes an object that the text names. Bounded: 1 MiB, 32 levels, 50 aliases to lists
 * and mappings. Any thread may call it.
 */
public final class ConfigParser {
  /** The largest file, in bytes. */
  public static final int FILE_BYTES_MAX = 1 << 20;

  /** Texts that one configuration is made of: servers that stand by themselves are one each. */
  public static final int TEXTS_MAX = 20_000;

  private ConfigParser() {}

  /**
   * Reads a file, a pipe or a device; this blocks.
   *
   * @throws ConfigException when there is no such file, it cannot be read, or it is no valid
   *     configuration
   */
  public static Config parseFile(Path file) throws ConfigException {
    return parse(file.toString(), FileContent.readOnce(file));
  }

  /**
   * From bytes, which have to be UTF-8.
   *
   * @param source what errors call the text: a file or an address
   */
  public static Config parse(String source, byte[] utf8) throws ConfigException {
    return parse(source, decode(source, utf8));
  }

  /**
   * From a text.
   *
   * @param source what errors call the text: a file or an address
   */
  public static Config parse(String source, String text) throws ConfigException {
    Binding binding = new Binding(folder(source), List.of(new Text(source, text)));
    return demand(Document.read(ConfigSection.TYPE, binding), binding);
  }

  /**
   * Where a node's own texts say that the rest comes from; empty if there is no rest.
   *
   * @param own at least one
   */
  public static Optional<OwnConfig> own(List<ConfigText> own) throws ConfigException {
    // Most have no such word: they need not be read twice at every start.
    boolean said = own.stream().anyMatch(text -> text.content().contains(ConfigSection.FROM.key()));
    return said ? read(OwnType.TYPE, own) : Optional.empty();
  }

  /** What a node's own texts say where the rest comes from elsewhere: every mistake in them. */
  public static OwnConfig checkOwn(List<ConfigText> own) throws ConfigException {
    return read(OwnType.WHOLE, own);
  }

  private static <T> T read(Type<T> type, List<ConfigText> texts) throws ConfigException {
    Binding binding = binding(texts);
    return demand(
        single(texts)
            ? Document.read(type, binding)
            : Document.read(new Composition(texts), new Trees(), type, binding),
        binding);
  }

  /** There is nothing to put together; most nodes have it so, and start faster. */
  private static boolean single(List<ConfigText> texts) {
    return texts.size() == 1 && texts.getFirst().part() instanceof ConfigText.Part.Own;
  }

  /** The text that bytes are. */
  public static String text(String source, byte[] utf8) throws ConfigException {
    return decode(source, utf8);
  }

  /**
   * From a node's own texts and what nodes share.
   *
   * @param texts the node's own first, in whose folder the files are that they name
   */
  public static Composed parse(List<ConfigText> texts) throws ConfigException {
    return parse(texts, false);
  }

  /**
   * The same.
   *
   * @param emptyAllowed whether it may say that there is nothing to serve at all
   */
  public static Composed parse(List<ConfigText> texts, boolean emptyAllowed)
      throws ConfigException {
    return parse(texts, emptyAllowed, new Trees());
  }

  static Composed parse(List<ConfigText> texts, boolean emptyAllowed, Trees trees)
      throws ConfigException {
    if (texts.size() > TEXTS_MAX) {
      throw whole(texts.getFirst().source(), "more than " + TEXTS_MAX + " texts");
    }
    Binding binding = binding(texts);
    if (emptyAllowed) {
      binding.allowEmpty();
    }
    if (single(texts) && !emptyAllowed) {
      return new Composed(demand(Document.read(ConfigSection.TYPE, binding), binding), List.of());
    }
    Composition composition = new Composition(texts);
    Config config = demand(Document.read(composition, trees, ConfigSection.TYPE, binding), binding);
    return new Composed(config, composition.strays());
  }

  static Binding binding(List<ConfigText> texts) {
    return new Binding(
        folder(texts.getFirst().source()), texts.stream().map(ConfigText::text).toList());
  }

  /**
   * A configuration that was made of several texts.
   *
   * @param strays the sources of servers whose pool is not there
   */
  public record Composed(Config config, List<String> strays) {
    public Composed {
      strays = List.copyOf(strays);
    }
  }

  private static <T> T demand(Optional<T> config, Binding binding) throws ConfigException {
    if (config.isEmpty()) {
      throw new ConfigException(errors(binding), binding.files());
    }
    return config.get();
  }

  /** What is no file's name, as an address, has the folder that the process works in. */
  private static Path folder(String source) {
    try {
      Path parent = Path.of(source).toAbsolutePath().getParent();
      return parent == null ? Path.of("/") : parent;
    } catch (InvalidPathException e) {
      return Path.of("").toAbsolutePath();
    }
  }

  private static List<ConfigError> errors(Binding binding) {
    List<ConfigError> errors = new ArrayList<>();
    for (Problem p : binding.problems()) {
      String source = binding.texts().get(p.text()).source();
      errors.add(new ConfigError(source, p.line(), p.column(), p.message()));
    }
    if (binding.dropped() > 0) {
      String source = binding.texts().getFirst().source();
      errors.add(new ConfigError(source, 0, 0, "and " + binding.dropped() + " more errors"));
    }
    return errors;
  }

  private static String decode(String source, byte[] utf8) throws ConfigException {
    if (utf8.length > FILE_BYTES_MAX) {
      throw whole(source, "larger than 1 MiB");
    }
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(utf8);
    CharBuffer out = CharBuffer.allocate(utf8.length);
    CoderResult result = decoder.decode(in, out, true);
    String text = out.flip().toString();
    if (result.isError()) {
      Position at = new Position();
      text.codePoints().forEach(at::pass);
      throw new ConfigException(
          List.of(
              new ConfigError(
                  source,
                  at.line(),
                  at.column(),
                  "not valid UTF-8: byte 0x%02X".formatted(utf8[in.position()]))));
    }
    return text;
  }

  private static ConfigException whole(String source, String message) {
    return new ConfigException(List.of(new ConfigError(source, 0, 0, message)));
  }
}
