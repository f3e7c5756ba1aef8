package io.steelyard.store;

import io.steelyard.config.ConfigError;
import io.steelyard.config.ConfigText;
import io.steelyard.store.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the keys of a tree mean.
 *
 * <pre>
 *   config                        one document with listeners and pools
 *   conf.d/NAME                   further documents, in the order of their names; they add up
 *   pools/POOL/servers/NAME       a server, which may register itself under a lease; .yaml behind
 *                                 its name does not belong to it
 *   nodes/NODE                    what a node runs, and its verdict; written by the node, leased
 *   vips/NAME                     who holds the lease of a virtual address
 *   canary                        a document that some nodes try, or tried last
 *   revisions/NUMBER              former documents
 * </pre>
 */
public final class Layout {
  /** The document. */
  public static final String CONFIG = "config";

  /** What some nodes try. */
  public static final String CANARY = "canary";

  /** Before the numbers of former documents. */
  public static final String REVISIONS = "revisions/";

  /** Before the names of leases. */
  public static final String VIPS = "vips/";

  private static final String NODES = "nodes/";
  private static final Pattern FURTHER = Pattern.compile("conf\\.d/[^/]+");
  private static final Pattern SERVER =
      Pattern.compile("pools/([^/]+)/servers/([^/]+?)(?:\\.yaml)?");

  private Layout() {}

  /** Where a node of this name writes what it runs. */
  public static String node(String name) {
    return NODES + name;
  }

  /**
   * What stands in a tree.
   *
   * @param texts of a configuration; the document first
   * @param defects of values that are no texts
   * @param unknown keys that mean nothing
   */
  public record Content(List<ConfigText> texts, List<ConfigError> defects, List<String> unknown) {
    public Content {
      texts = List.copyOf(texts);
      defects = List.copyOf(defects);
      unknown = List.copyOf(unknown);
    }
  }

  /**
   * @param root stands before each key in what errors call it
   */
  public static Content content(Tree tree, String root) {
    List<ConfigText> texts = new ArrayList<>();
    List<ConfigError> defects = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    for (Map.Entry<String, Tree.Entry> entry : tree.entries().entrySet()) {
      String key = entry.getKey();
      String value = entry.getValue().value();
      Optional<ConfigText> text = text(key, root + key, value);
      text.ifPresent(found -> texts.add(key.equals(CONFIG) ? 0 : texts.size(), found));
      if (text.isPresent() && entry.getValue().defect().isPresent()) {
        defects.add(new ConfigError(root + key, 0, 0, entry.getValue().defect().get()));
      }
      if (text.isEmpty() && !isOurs(key)) {
        unknown.add(root + key);
      }
    }
    return new Content(texts, defects, unknown);
  }

  /** What nodes write themselves. */
  private static boolean isOurs(String key) {
    return key.startsWith(NODES)
        || key.startsWith(VIPS)
        || key.startsWith(REVISIONS)
        || key.equals(CANARY);
  }

  /** Whether nothing else differs than leases, which are written all the time. */
  public static boolean sameButLeases(Tree a, Tree b) {
    String end = VIPS.substring(0, VIPS.length() - 1) + (char) ('/' + 1);
    return a.entries().headMap(VIPS).equals(b.entries().headMap(VIPS))
        && a.entries().tailMap(end).equals(b.entries().tailMap(end));
  }

  /** What nodes tell of themselves, by their names. */
  public static Map<String, String> nodes(Tree tree) {
    return below(tree, NODES);
  }

  /** The entries below a key that ends with a slash, by the rest of their keys. */
  public static SortedMap<String, String> below(Tree tree, String prefix) {
    SortedMap<String, String> below = new TreeMap<>();
    tree.entries().tailMap(prefix).entrySet().stream()
        .takeWhile(entry -> entry.getKey().startsWith(prefix))
        .forEach(entry ->
            below.put(entry.getKey().substring(prefix.length()), entry.getValue().value()));
    return below;
  }

  private static Optional<ConfigText> text(String key, String source, String value) {
    if (key.equals(CONFIG) || FURTHER.matcher(key).matches()) {
      return Optional.of(ConfigText.shared(source, value));
    }
    Matcher server = SERVER.matcher(key);
    return server.matches()
        ? Optional.of(ConfigText.server(server.group(1), server.group(2), source, value))
        : Optional.empty();
  }
}
