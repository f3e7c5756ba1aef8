package io.steelyard.net.tls;

import java.io.IOException;

/** What keeps TLS from working, in words for the operator; never of a key. */
public final class TlsException extends IOException {
  private static final long serialVersionUID = 1;

  /** With what is in the way. */
  public TlsException(String message) {
    super(message);
  }
}
