package io.steelyard.config.bind;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * What one reading of a document gathers: problems, names that are declared, names that are
 * referred to, and values that only one may have. For one thread and one document, which may be
 * made of several texts.
 */
public final class Binding {
  /** The first by position are kept, the others counted: a hostile file must not fill memory. */
  private static final int PROBLEMS_MAX = 200;

  private final TreeSet<Problem> problems = new TreeSet<>();
  private int dropped;
  private final Map<String, Map<String, Node>> declared = new HashMap<>();
  private final List<Reference> references = new ArrayList<>();
  private final Map<List<Object>, Claim> claims = new HashMap<>();
  private final Map<Object, List<Value>> notes = new HashMap<>();

  private final Map<String, Integer> counts = new HashMap<>();
  private final Map<String, Integer> labels = new HashMap<>();
  private final Path folder;
  private final Set<Path> files = new LinkedHashSet<>();

  private final List<Text> texts;
  private boolean emptyAllowed;
  private String growing = "";

  /** For a document in this folder. */
  public Binding(Path folder, List<Text> texts) {
    this.folder = folder;
    this.texts = List.copyOf(texts);
  }

  /** The document may say of everything that there is nothing of it. */
  public void allowEmpty() {
    emptyAllowed = true;
  }

  /** Whether it may. */
  public boolean emptyAllowed() {
    return emptyAllowed;
  }

  /** Lists of this key may be empty: their items come and go by themselves. */
  public void grow(String key) {
    growing = key;
  }

  boolean grows(String key) {
    return growing.equals(key);
  }

  /** What the document is made of. */
  public List<Text> texts() {
    return texts;
  }

  /**
   * The file that the document names: relative names count from its folder. What becomes of the
   * document depends on that file, too.
   *
   * @throws java.nio.file.InvalidPathException when it can be no file's name
   */
  public Path file(String name) {
    Path file = folder.resolve(name);
    files.add(file);
    return file;
  }

  /** Where relative names of files count from. */
  public Path folder() {
    return folder;
  }

  /** The files that the document names. */
  public Set<Path> files() {
    return Set.copyOf(files);
  }

  private record Claim(Value owner, Value at, String what) {}

  private record Reference(String kind, String name, Value at) {}

  void problem(int text, int line, int column, String message) {
    if (problems.add(new Problem(text, line, column, message)) && problems.size() > PROBLEMS_MAX) {
      problems.pollLast();
      dropped++;
    }
  }

  /**
   * Whether a problem at this place would be kept. If not it is counted, and there is no need to
   * find the words for it.
   */
  boolean wanted(Node at) {
    boolean full = problems.size() == PROBLEMS_MAX;
    if (full && new Problem(text(at), line(at), column(at), "").compareTo(problems.last()) > 0) {
      dropped++;
      return false;
    }
    return true;
  }

  /** How many problems there are beside {@link #problems()}. */
  public int dropped() {
    return dropped;
  }

  public void problem(Node at, String message) {
    problem(text(at), line(at), column(at), message);
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
    claim(scope, Set.of(key), Set.of(key), at, owner, what);
  }

  /**
   * Takes some things in this scope; refused when somebody else has what it excludes.
   *
   * @param owner who takes them, for the message to the next one
   * @param what is claimed, for the message: {@code address ':80'}
   */
  public void claim(Object scope, Set<?> has, Set<?> excludes, Value at, Value owner, String what) {
    Optional<Claim> first = first(scope, excludes);
    has.forEach(key -> claims.putIfAbsent(List.of(scope, key), new Claim(owner, at, what)));
    if (first.isPresent()) {
      Claim taken = first.get();
      String verdict = taken.what.equals(what) ? " is already taken by " : overlaps(taken);
      problem(
          at.node(),
          "%s: %s%s%s on %s"
              .formatted(
                  owner.where(),
                  what,
                  verdict,
                  taken.owner.where(),
                  place(taken.at.node(), at.node())));
    }
  }

  private static String overlaps(Claim taken) {
    return " overlaps " + taken.what + " of ";
  }

  /** Counts something up; how many there are now. */
  public int count(String what, int more) {
    return counts.merge(what, more, Integer::sum);
  }

  /** Where one of these things was claimed in this scope. */
  public Optional<Value> claimed(Object scope, Set<?> keys) {
    return first(scope, keys).map(Claim::at);
  }

  private Optional<Claim> first(Object scope, Set<?> keys) {
    Claim first = null;
    for (Object key : keys) {
      Claim claim = claims.get(List.of(scope, key));
      if (claim != null && (first == null || before(claim.at.node(), first.at.node()))) {
        first = claim;
      }
    }
    return Optional.ofNullable(first);
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
      Map<String, Node> known = declared.getOrDefault(r.kind, Map.of());
      // Without any of that kind the section itself is missing or empty, which is reported already.
      if (!known.isEmpty() && !known.containsKey(r.name) && wanted(r.at.node())) {
        r.at.problem(
            "there is no %s '%s'%s"
                .formatted(
                    r.kind,
                    Spelling.quotable(r.name),
                    Spelling.hintAmong(r.name, known.keySet(), r.kind + "s")));
      }
    }
  }

  private boolean before(Node one, Node other) {
    return text(one) < text(other) || (text(one) == text(other) && line(one) < line(other));
  }

  /** {@code line 4}, and of which text if that is another one than the one that says it. */
  String place(Node node, Node saying) {
    String line = "line " + line(node);
    return text(node) == text(saying) ? line : line + " of " + texts.get(text(node)).source();
  }

  /** The marks of that text's nodes say this. */
  void label(String label, int text) {
    labels.put(label, text);
  }

  /** Which of the texts it stands in. */
  private int text(Node node) {
    return node.getStartMark().map(mark -> labels.get(mark.getName())).orElse(0);
  }

  private static int line(Node node) {
    return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
  }

  private static int column(Node node) {
    return node.getStartMark().map(Mark::getColumn).orElse(0) + 1;
  }
}
