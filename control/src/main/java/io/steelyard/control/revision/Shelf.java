package io.steelyard.control.revision;

import java.io.IOException;
import java.util.SortedMap;

/** Named texts that outlive the process, or not. Blocks; any thread. */
public interface Shelf {
  /** All of them, by name. */
  SortedMap<String, String> all() throws IOException, InterruptedException;

  /** Adds one; false when there is one of that name already. */
  boolean add(String name, String text) throws IOException, InterruptedException;

  /** Writes one, whatever stood there. */
  void replace(String name, String text) throws IOException, InterruptedException;

  /** Removes one, if it is there. */
  void remove(String name) throws IOException, InterruptedException;
}
