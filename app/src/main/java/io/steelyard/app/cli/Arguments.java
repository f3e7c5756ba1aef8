package io.steelyard.app.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The arguments of a command, taken apart: {@code --name value}, {@code --name=value}, {@code
 * --flag}, and the rest. After {@code --} nothing is an option.
 */
final class Arguments {
  private record Given(String option, String value) {}

  private final List<Given> given = new ArrayList<>();
  private final List<String> positionals = new ArrayList<>();

  private Arguments() {}

  static Arguments parse(Usage usage, List<String> args) throws UsageException {
    Arguments parsed = new Arguments();
    boolean options = true;
    for (int i = 0; i < args.size(); i++) {
      String arg = args.get(i);
      if (options && arg.equals("--")) {
        options = false;
      } else if (options && arg.startsWith("-") && arg.length() > 1) {
        i = parsed.option(usage, args, i);
      } else {
        parsed.positionals.add(arg);
      }
    }
    if (parsed.positionals.size() > usage.positionalsMax()) {
      String surplus = parsed.positionals.get(usage.positionalsMax());
      throw new UsageException("unexpected argument '" + surplus + "'");
    }
    return parsed;
  }

  /** Takes the option at {@code at}; the index of its last argument. */
  private int option(Usage usage, List<String> args, int at) throws UsageException {
    String arg = args.get(at);
    int equals = arg.indexOf('=');
    String name = equals < 0 ? arg : arg.substring(0, equals);
    Option option = find(usage, name);
    if (!option.takesValue()) {
      if (equals >= 0) {
        throw new UsageException(name + " takes no value");
      }
      given.add(new Given(name, ""));
      return at;
    }
    if (equals >= 0) {
      given.add(new Given(name, arg.substring(equals + 1)));
      return at;
    }
    if (at + 1 >= args.size()) {
      throw new UsageException(name + " needs a value: " + option.label());
    }
    given.add(new Given(name, args.get(at + 1)));
    return at + 1;
  }

  private static Option find(Usage usage, String name) throws UsageException {
    for (Option option : usage.options()) {
      if (option.name().equals(name)) {
        return option;
      }
    }
    List<String> names = new ArrayList<>(List.of(Usage.HELP.name()));
    usage.options().forEach(option -> names.add(option.name()));
    throw new UsageException("unknown option " + name + Nearest.hint(name, names));
  }

  boolean has(String option) {
    return given.stream().anyMatch(g -> g.option.equals(option));
  }

  /** Every value given for a repeatable option, in order. */
  List<String> all(String option) {
    return given.stream().filter(g -> g.option.equals(option)).map(Given::value).toList();
  }

  /** The value of an option that may be given once. */
  Optional<String> one(String option) throws UsageException {
    List<String> values = all(option);
    if (values.size() > 1) {
      throw new UsageException(option + " is given " + values.size() + " times");
    }
    return values.stream().findFirst();
  }

  /** The value of an option as a whole number within bounds, both included. */
  Optional<Integer> number(String option, int least, int most) throws UsageException {
    Optional<String> text = one(option);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    String expected = option + " must be a whole number from " + least + " to " + most;
    try {
      int value = Integer.parseInt(text.get());
      if (value < least || value > most) {
        throw new UsageException(expected + ", not " + value);
      }
      return Optional.of(value);
    } catch (NumberFormatException e) {
      throw new UsageException(expected + ", not '" + text.get() + "'");
    }
  }

  /** The value of an option out of a few. */
  Optional<String> choice(String option, List<String> choices) throws UsageException {
    Optional<String> value = one(option);
    if (value.filter(Predicate.not(choices::contains)).isPresent()) {
      throw new UsageException(
          option + " must be one of " + String.join(", ", choices) + ", not '" + value.get() + "'");
    }
    return value;
  }

  Optional<String> positional(int index) {
    return index < positionals.size() ? Optional.of(positionals.get(index)) : Optional.empty();
  }
}
