package io.steelyard.control.link;

import java.io.IOException;

/** The other side does not speak as agreed; the message is a whole phrase. */
public final class Disagreement extends IOException {
  private static final long serialVersionUID = 1;

  /** What the other side did: {@code answered something that is not HTTP/1}. */
  public Disagreement(String phrase) {
    super(phrase);
  }
}
