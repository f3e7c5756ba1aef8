package io.steelyard.core.explain;

/** It cannot be said where a request would come in; the message tells people why. */
public final class NoListenerException extends Exception {
  private static final long serialVersionUID = 1;

  public NoListenerException(String message) {
    super(message);
  }
}
