package io.steelyard.admin;

/** What a request wants changed, as far as that is known: filled in by whoever answers it. */
final class Change {
  private static final int CHARS_MAX = 256;

  private final String who;
  private String from = "";
  private String to = "";
  private String summary = "";

  /**
   * @param who asks for it
   */
  Change(String who) {
    this.who = who;
  }

  String who() {
    return who;
  }

  /** From which version of the resource, by its entity tag or its revision. */
  void from(String version) {
    from = version;
  }

  /** What it has become, by its entity tag. */
  void to(String version) {
    to = version;
  }

  /** What, in short; on one line that is cut after 256 characters. Never a secret. */
  void summary(String text) {
    String line = text.replaceAll("\\s+", " ");
    summary = line.length() > CHARS_MAX ? line.substring(0, CHARS_MAX) + "..." : line;
  }

  String from() {
    return from;
  }

  String to() {
    return to;
  }

  String summary() {
    return summary;
  }
}
