package io.steelyard.control.shared;

import io.steelyard.control.revision.Cell;
import io.steelyard.control.revision.Shelf;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/**
 * Where the part of a configuration comes from that nodes share. Blocks. One thread at a time reads
 * and reports; any thread takes the rest.
 */
public interface SharedSource extends AutoCloseable {
  /** What stands there now. */
  Edition read() throws IOException, InterruptedException;

  /**
   * Waits until there is something newer.
   *
   * @return the newest, or {@code known} when nothing changed in that time
   * @throws IOException when it is away: whether something changed cannot be told
   */
  Edition awaitNewer(Edition known, Duration atMost) throws IOException, InterruptedException;

  /**
   * Tells the others what this node makes of it, for as long as it goes on telling.
   *
   * @param node its name
   * @param report JSON
   */
  void report(String node, String report) throws IOException, InterruptedException;

  /** What nodes told of themselves when it was read last, by their names. */
  Map<String, String> reports();

  /** Where the document stands. */
  Cell document();

  /** Where a canary stands. */
  Cell canary();

  /** Where former documents are kept. */
  Shelf revisions();

  /** Where it is, without secrets. */
  @Override
  String toString();

  @Override
  void close();
}
