package io.steelyard.config;

import io.steelyard.config.bind.Type;
import io.steelyard.config.bind.Value;
import java.nio.file.InvalidPathException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * The name of a file with a password or a token: its first line, blanks included. A relative name
 * counts from the folder of the configuration. Or {@code env:NAME}, a variable of the environment.
 *
 * <p>What is no file's name is not repeated in messages: it may be the password itself.
 */
final class PasswordFile implements Type<Secret> {
  static final PasswordFile TYPE = new PasswordFile("password", 1, "");

  /** What can stand behind "Authorization: Bearer", and nobody guesses. */
  static final PasswordFile TOKEN =
      new PasswordFile("token", 16, ": make one with openssl rand -hex 32");

  /** What goes into a header field; some choose theirs short. */
  static final PasswordFile SHORT_TOKEN = new PasswordFile("token", 2, "");

  private final String noun;
  private final int bytesMin;
  private final String howToMake;

  /** For one of more than a byte only visible ASCII is taken. */
  private PasswordFile(String noun, int bytesMin, String howToMake) {
    this.noun = noun;
    this.bytesMin = bytesMin;
    this.howToMake = howToMake;
  }

  @Override
  public Optional<Secret> read(Value value) {
    if (!(value.node() instanceof ScalarNode scalar) || scalar.getValue().isBlank()) {
      value.expected(expected());
      return Optional.empty();
    }
    try {
      return password(value, scalar.getValue());
    } catch (ConfigException e) {
      value.problem(
          "%s; expected %s, named from the folder of the configuration"
              .formatted(why(e), expected()));
    } catch (InvalidPathException e) {
      value.problem("expected " + expected());
    }
    return Optional.empty();
  }

  /** Without what the system says behind it, which repeats the name. */
  private static String why(ConfigException e) {
    String message = e.errors().getFirst().message();
    int end = message.indexOf(':');
    return end < 0 ? message : message.substring(0, end);
  }

  private Optional<Secret> password(Value value, String named) throws ConfigException {
    byte[] content = SecretText.read(value, named);
    int end = 0;
    while (end < content.length && content[end] != '\n' && content[end] != '\r') {
      end++;
    }
    if (end == 0) {
      value.problem(
          "expected a %s in the first line of '%s', found nothing%s"
              .formatted(noun, named, howToMake));
      return Optional.empty();
    }
    byte[] line = Arrays.copyOf(content, end);
    return good(value, named, line) ? Optional.of(Secret.of(line)) : Optional.empty();
  }

  private boolean good(Value value, String named, byte[] line) {
    if (line.length < bytesMin) {
      value.problem(
          "the %s in '%s' has %d characters, expected %d or more%s"
              .formatted(noun, named, line.length, bytesMin, howToMake));
      return false;
    }
    boolean visible = true;
    for (byte b : line) {
      visible &= b > ' ' && b < 0x7f;
    }
    if (bytesMin > 1 && !visible) {
      value.problem(
          "the %s in '%s' has blanks or characters beyond ASCII%s"
              .formatted(noun, named, howToMake));
    }
    return bytesMin == 1 || visible;
  }

  @Override
  public String expected() {
    return "the name of a file with the " + noun + " in its first line, or env:NAME for a variable";
  }

  @Override
  public Map<String, Object> schema() {
    return Map.of("type", "string");
  }
}
