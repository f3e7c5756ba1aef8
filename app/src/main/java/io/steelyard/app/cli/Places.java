package io.steelyard.app.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where mistakes are in a document that a node was given: it calls the document by where it is
 * kept, who has written it knows it as a file.
 */
final class Places {
  /** What stands before the path of a store that is a folder. */
  private static final String FOLDER = "file:";

  private Places() {}

  /**
   * A message, with the file's name and lines in the place of the node's.
   *
   * @param source what the node calls where the document is kept: a file, or a store, whose key of
   *     it is {@code config}
   * @param linesBefore of the file that were not sent
   */
  static String inFile(String message, String source, String file, int linesBefore) {
    String path = source.startsWith(FOLDER) ? source.substring(FOLDER.length()) : source;
    Matcher place =
        Pattern.compile(Pattern.quote(path) + "(?:/config)?:([0-9]{1,9}):").matcher(message);
    return place.replaceAll(found -> {
      int line = Integer.parseInt(found.group(1)) + linesBefore;
      return Matcher.quoteReplacement(file + ":" + line + ":");
    });
  }
}
