package io.steelyard.control.link;

/** Text of others as it may be shown to an operator, on a terminal too. */
public final class Printable {
  private Printable() {}

  /**
   * The first {@code max} characters; whatever is not visible ASCII or a blank as an escape.
   *
   * @param text one character for each byte
   */
  public static String of(String text, int max) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length() && i < max; i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\r' -> out.append("\\r");
        case '\n' -> out.append("\\n");
        default ->
            out.append(c >= ' ' && c < 0x7f ? String.valueOf(c) : "\\x%02x".formatted((int) c));
      }
    }
    return out.toString();
  }
}
