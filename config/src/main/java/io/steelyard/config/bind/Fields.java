package io.steelyard.config.bind;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** The options of one section as given: all are read at once, so that all problems come up. */
public final class Fields {
  private final Value section;
  private final Map<String, Value> given = new LinkedHashMap<>();
  private final Map<String, Optional<?>> values = new HashMap<>();

  private Fields(Value section) {
    this.section = section;
  }

  /**
   * @param later keys that are documented for a later version
   */
  static Fields of(Value section, MappingNode node, List<Option<?>> options, List<String> later) {
    Fields fields = new Fields(section);
    fields.sort(node, options, later);
    options.forEach(fields::read);
    return fields;
  }

  private void sort(MappingNode node, List<Option<?>> options, List<String> later) {
    List<NodeTuple> unknown = new ArrayList<>();
    for (NodeTuple entry : node.getValue()) {
      // Other keys are reported by the tree's inspection.
      if (entry.getKeyNode() instanceof ScalarNode key) {
        String name = key.getValue();
        if (isKnown(name, options)) {
          given.putIfAbsent(name, section.child(name, name, entry.getValueNode()));
        } else if (section.binding().wanted(key)) {
          section.binding().problem(key, refusal(name, known(options), later));
          unknown.add(entry);
        }
      }
    }
    for (NodeTuple entry : unknown) {
      String name = ((ScalarNode) entry.getKeyNode()).getValue();
      if (!later.contains(name)) {
        Spelling.nearest(name, known(options))
            .ifPresent(key -> takeFor(key, name, entry.getValueNode()));
      }
    }
  }

  private static boolean isKnown(String name, List<Option<?>> options) {
    for (Option<?> option : options) {
      if (option.key().equals(name)) {
        return true;
      }
    }
    return false;
  }

  private static SortedSet<String> known(List<Option<?>> options) {
    SortedSet<String> known = new TreeSet<>();
    options.forEach(o -> known.add(o.key()));
    return known;
  }

  private String refusal(String name, SortedSet<String> known, List<String> later) {
    if (later.contains(name)) {
      return "'%s' in %s is not available in this version".formatted(name, where());
    }
    return "unknown key '%s' in %s%s"
        .formatted(Spelling.quotable(name), where(), Spelling.hintAmong(name, known, "known keys"));
  }

  /**
   * Reads what stands under a misspelt key as what was probably meant, so that the mistakes in it
   * come up together with the key. The section is refused anyway.
   */
  private void takeFor(String key, String written, Node value) {
    given.putIfAbsent(key, section.child(key, Spelling.quotable(written), value));
  }

  private void read(Option<?> option) {
    Value value = given.get(option.key());
    if (value != null) {
      values.put(option.key(), option.type().read(value));
    } else if (option.fallback().isPresent()) {
      values.put(option.key(), option.fallback());
    } else {
      values.put(option.key(), Optional.empty());
      problem("missing key '%s'".formatted(option.key()));
    }
  }

  /** Whether the option was written in this section, if only by a key that is near. */
  public boolean has(Option<?> option) {
    return given.containsKey(option.key());
  }

  /** Where the option was written; only for one that was. */
  public Value at(Option<?> option) {
    return given.get(option.key());
  }

  /** The option's value, given or default; empty when there is a problem with it. */
  @SuppressWarnings("unchecked") // read() stores under an option's key what that option's type made
  public <T> Optional<T> find(Option<T> option) {
    return (Optional<T>) values.get(option.key());
  }

  /** Reports the duration that was given if {@code less} is longer than {@code more}. */
  public void requireOrder(Option<Duration> less, Option<Duration> more) {
    Optional<Duration> small = find(less);
    Optional<Duration> large = find(more);
    if (small.isEmpty() || large.isEmpty() || small.get().compareTo(large.get()) <= 0) {
      return;
    }
    if (has(less)) {
      at(less).problem("longer than %s, which is %s".formatted(more.key(), text(large.get())));
    } else {
      at(more).problem("shorter than %s, which is %s".formatted(less.key(), text(small.get())));
    }
  }

  private static String text(Duration duration) {
    return Scalars.write(duration);
  }

  /** The option's value, given or default; only for a section without problems. */
  public <T> T get(Option<T> option) {
    return find(option).orElseThrow();
  }

  /** The key that the section stands under: its name in a map of named things. */
  public String name() {
    return section.key();
  }

  /** What messages call the section. */
  public String where() {
    return section.where();
  }

  /** The section itself. */
  public Value section() {
    return section;
  }

  /** Reports a problem of the section as a whole. */
  public void problem(String message) {
    section.problem(message);
  }

  /** Whether every option could be read. */
  boolean sound() {
    return values.values().stream().allMatch(Optional::isPresent);
  }
}
