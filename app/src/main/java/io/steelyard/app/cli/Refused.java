package io.steelyard.app.cli;

/** A command cannot do what it was asked for; the message, one line or more, is for the user. */
final class Refused extends Exception {
  private static final long serialVersionUID = 1;

  Refused(String message) {
    super(message);
  }
}
