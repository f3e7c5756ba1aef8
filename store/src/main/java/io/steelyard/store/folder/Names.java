package io.steelyard.store.folder;

import io.steelyard.store.tree.StoreException;
import java.nio.file.Path;
import java.util.List;

/** Which files are keys. */
final class Names {
  /** What editors, tools and this store itself leave beside a file for a while. */
  private static final List<String> LEFTOVERS = List.of("~", ".new", ".tmp", ".swp");

  /** Where other files may lie, too. */
  private static final String DOCUMENTS = "conf.d";

  private static final List<String> YAML = List.of(".yaml", ".yml");

  /** Kubernetes' links to the current content of a volume begin so, as {@code ..data} does. */
  private static final String SWAPPED = "..";

  private Names() {}

  /**
   * @param folder of the file, relative to the store's; empty for that itself
   */
  static boolean counts(String folder, String name) {
    return !name.startsWith(".")
        && LEFTOVERS.stream().noneMatch(name::endsWith)
        && (!folder.equals(DOCUMENTS) || YAML.stream().anyMatch(name::endsWith));
  }

  /** Whether what appears under this name may change what stands under others. */
  static boolean swaps(String name) {
    return name.startsWith(SWAPPED);
  }

  /** The file of a key, if such a file would be read again. */
  static Path file(Path root, String key) throws StoreException {
    String folder = "";
    for (String name : key.split("/", -1)) {
      if (name.isEmpty() || !counts(folder, name)) {
        throw new StoreException(
            "%s: '%s' is no key here: of its names none may be empty, begin with a dot or end as"
                    .formatted(root, key)
                + " leftovers of editors do, and documents in conf.d end with .yaml");
      }
      folder = folder.isEmpty() ? name : folder + "/" + name;
    }
    return root.resolve(key);
  }
}
