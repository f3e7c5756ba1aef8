package io.steelyard.store.tree;

import java.io.IOException;

/** A store is away, or does not do what it is asked to; its message says which store and why. */
public class StoreException extends IOException {
  private static final long serialVersionUID = 1L;

  public StoreException(String message) {
    super(message);
  }

  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
