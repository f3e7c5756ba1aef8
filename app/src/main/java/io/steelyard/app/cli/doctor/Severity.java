package io.steelyard.app.cli.doctor;

/** How bad it is. */
public enum Severity {
  /** One failure of this is felt by all clients, or by all of a pool's. */
  SINGLE("!!", "single-point-of-failure"),
  /** It makes a failure worse, or likelier, or hides it. */
  RISK("!", "risk"),
  /** It was looked at, and is as it should be. */
  OK("ok", "ok");

  private final String mark;
  private final String word;

  Severity(String mark, String word) {
    this.mark = mark;
    this.word = word;
  }

  /** As it stands before a line. */
  String mark() {
    return mark;
  }

  /** As machines read it. */
  String word() {
    return word;
  }
}
