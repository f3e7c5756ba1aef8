package io.steelyard.store.zookeeper;

import io.steelyard.store.tree.StoreException;

/** The connection went with an answer outstanding: another one may answer at once. */
final class Lost extends StoreException {
  private static final long serialVersionUID = 1L;

  Lost(String message, Throwable cause) {
    super(message, cause);
  }
}
