package io.steelyard.core.route;

import java.util.List;

/**
 * What is done to header fields on their way. Names and values are of RFC 9110 section 5: nothing
 * of them ends a line, and none of them says where a message ends.
 *
 * @param set in place of those of that name
 * @param add beside those of that name
 * @param remove names
 */
public record HeaderChanges(List<Field> set, List<Field> add, List<String> remove) {
  /** Nothing is done. */
  public static final HeaderChanges NONE = new HeaderChanges(List.of(), List.of(), List.of());

  public HeaderChanges {
    set = List.copyOf(set);
    add = List.copyOf(add);
    remove = List.copyOf(remove);
  }

  /** A header field. */
  public record Field(String name, String value) {}
}
