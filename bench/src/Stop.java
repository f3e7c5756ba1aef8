/** Ends the program with a message that says what to do next. */
final class Stop extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final int exitCode;

  private Stop(String message, int exitCode) {
    super(message, null, false, false);
    this.exitCode = exitCode;
  }

  /** Something is wrong with the call or the machine; the user can mend it. */
  static Stop because(String message) {
    return new Stop("bench/compare: " + message, 2);
  }

  /** Not an error: the text was asked for. */
  static Stop with(String text) {
    return new Stop(text, 0);
  }

  int exitCode() {
    return exitCode;
  }
}
