package io.steelyard.config;

import io.steelyard.config.bind.Fields;
import io.steelyard.config.bind.OneOrMore;
import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Parsed;
import io.steelyard.config.bind.Scalar;
import io.steelyard.config.bind.Section;
import io.steelyard.core.route.HeaderChanges;
import io.steelyard.core.route.HeaderChanges.Field;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** {@code request-headers} and {@code response-headers} of a route. */
record HeaderChangesSection(
    Option<List<Field>> set,
    Option<List<Field>> add,
    Option<List<String>> remove,
    Scalar<String> host) {
  private static final int EACH_MAX = 32;

  /** What is put into a head, so that it can be held beside the largest one. */
  private static final int BYTES_MAX = 4096;

  private static final int SEPARATORS = ": \r\n".length();

  static final Section<HeaderChanges> REQUEST =
      of(FieldText.SET_IN_REQUEST, FieldText.IN_REQUEST).section();
  static final Section<HeaderChanges> RESPONSE =
      of(FieldText.IN_RESPONSE, FieldText.IN_RESPONSE).section();

  private static HeaderChangesSection of(Scalar<String> setName, Scalar<String> name) {
    return new HeaderChangesSection(
        Option.of("set", fields(setName), List.of(), "In place of fields of these names."),
        Option.of("add", fields(name), List.of(), "Beside fields of these names."),
        Option.of(
            "remove",
            OneOrMore.of("header", name, EACH_MAX),
            List.of(),
            "Fields of these names are not passed on."),
        HttpCheckSection.HOST_TYPE);
  }

  private static NamedTexts<String, Field> fields(Scalar<String> name) {
    return new NamedTexts<>("header", name, FieldText.VALUE, true, EACH_MAX, Field::new);
  }

  private Section<HeaderChanges> section() {
    return Section.of(
            f -> new HeaderChanges(f.get(set), f.get(add), f.get(remove)), set, add, remove)
        .atLeastOneOf(set, add, remove)
        .checked(this::check);
  }

  private void check(Fields f) {
    Set<String> names = new HashSet<>();
    f.find(set)
        .orElse(List.of())
        .forEach(field -> {
          names.add(lower(field.name()));
          if (lower(field.name()).equals("host") && isNoHost(field.value())) {
            f.at(set).problem("expected " + host.expected() + " for 'Host'");
          }
        });
    for (String name : f.find(remove).orElse(List.of())) {
      if (!names.add(lower(name))) {
        f.at(remove).problem("'" + name + "' is set, or removed, already");
      }
    }
    int bytes = bytes(f.find(set).orElse(List.of())) + bytes(f.find(add).orElse(List.of()));
    if (bytes > BYTES_MAX) {
      f.problem(
          "expected at most %d bytes of names and values, found %d".formatted(BYTES_MAX, bytes));
    }
  }

  private boolean isNoHost(String value) {
    return host.reader().apply(value) instanceof Parsed.Bad<String>;
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private static int bytes(List<Field> fields) {
    return fields.stream().mapToInt(f -> f.name().length() + f.value().length() + SEPARATORS).sum();
  }
}
