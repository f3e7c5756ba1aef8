package io.steelyard.config.bind;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * What one reading of a document gathers: problems, names that are declared, names that are
 * referred to, and values that only one may have. For one thread and one document.
 */
public final class Binding {
  /** Further problems are dropped: nobody reads them, and a hostile file must not fill memory. */
  private static final int PROBLEMS_MAX = 200;

  private final TreeSet<Problem> problems = new TreeSet<>();
  private final Map<String, Map<String, Node>> declared = new HashMap<>();
  private final List<Reference> references = new ArrayList<>();
  private final Map<List<Object>, Claim> claims = new HashMap<>();
  private final Map<Object, List<Value>> notes = new HashMap<>();

  private record Claim(Value owner, Value at) {}

  private record Reference(String kind, String name, Value at) {}

  public void problem(int line, int column, String message) {
    if (!full()) {
      problems.add(new Problem(line, column, message));
    }
  }

  /** Whether further problems are dropped: no need to find the words for them. */
  boolean full() {
    return problems.size() == PROBLEMS_MAX;
  }

  public void problem(Node at, String message) {
    problem(line(at), column(at), message);
  }

  /** By position, without repetitions. */
  public List<Problem> problems() {
    return List.copyOf(problems);
  }

  /** There is a thing of this kind and name. */
  void declare(String kind, String name, Node at) {
    declared.computeIfAbsent(kind, k -> new LinkedHashMap<>()).putIfAbsent(name, at);
  }

  /** {@code at} names a thing of this kind, which may be declared later. */
  void refer(String kind, String name, Value at) {
    references.add(new Reference(kind, name, at));
  }

  /**
   * Only one may have this value in this scope.
   *
   * @param owner who has it, for the message to the next one
   * @param what is claimed, for the message: {@code address ':80'}
   */
  public void claim(Object scope, Object key, Value at, Value owner, String what) {
    Claim first = claims.putIfAbsent(List.of(scope, key), new Claim(owner, at));
    if (first != null) {
      problem(
          at.node(),
          "%s: %s is already taken by %s on line %d"
              .formatted(owner.where(), what, first.owner.where(), line(first.at.node())));
    }
  }

  /** Where this value was claimed in this scope. */
  public Optional<Value> claimed(Object scope, Object key) {
    return Optional.ofNullable(claims.get(List.of(scope, key))).map(Claim::at);
  }

  /** Keeps a value for a rule that concerns it and stands elsewhere. */
  public void note(Object scope, Value at) {
    notes.computeIfAbsent(scope, s -> new ArrayList<>()).add(at);
  }

  /** What was kept under this scope, in order. */
  public List<Value> noted(Object scope) {
    return List.copyOf(notes.getOrDefault(scope, List.of()));
  }

  /** Reports the references to names that were not declared; to be called once, at the end. */
  void resolve() {
    for (Reference r : references) {
      if (full()) {
        return;
      }
      Map<String, Node> known = declared.getOrDefault(r.kind, Map.of());
      // Without any of that kind the section itself is missing or empty, which is reported already.
      if (!known.isEmpty() && !known.containsKey(r.name)) {
        r.at.problem(
            "there is no %s '%s'%s"
                .formatted(
                    r.kind,
                    Spelling.quotable(r.name),
                    Spelling.hintAmong(r.name, known.keySet(), r.kind + "s")));
      }
    }
  }

  static int line(Node node) {
    return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
  }

  static int column(Node node) {
    return node.getStartMark().map(Mark::getColumn).orElse(0) + 1;
  }
}
