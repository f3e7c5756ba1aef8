package io.steelyard.control.revision;

import java.io.IOException;

/** A text that others may change, too. Blocks; any thread. */
public interface Cell {
  /**
   * What it holds.
   *
   * @param text empty if it is not there
   * @param version of this text and no other; 0 if it is not there
   */
  record Held(String text, long version) {}

  Held read() throws IOException, InterruptedException;

  /** Writes it if it still is what the writer saw; whether it was written. */
  boolean write(String text, long version) throws IOException, InterruptedException;
}
