package io.steelyard.app.cli;

/** The command line is wrong; the message is one line that says what was expected. */
final class UsageException extends Exception {
  private static final long serialVersionUID = 1;

  UsageException(String message) {
    super(message);
  }
}
