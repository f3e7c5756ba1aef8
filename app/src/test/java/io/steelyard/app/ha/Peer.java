package io.steelyard.app.ha;

import io.steelyard.testkit.netns.Host;
import java.io.IOException;
import java.time.Duration;

/** A program, or several, that own a virtual address and balance on a host. */
interface Peer {
  /** As the table calls it. */
  String title();

  /** Whether this row has a meaning for it. */
  boolean plays(Row row);

  /** Whether one alone never owns the address. */
  default boolean needsOthers() {
    return false;
  }

  /** By how much longer than others it takes to notice something. */
  Duration slowness();

  /**
   * Starts it on the first host, the second ...; does not wait until it serves.
   *
   * @param row that is going to be played
   */
  Running start(Host host, int number, Row row) throws IOException;

  /** Started once. */
  interface Running {
    /** To all its processes that would be a node's death: TERM, KILL, STOP, CONT. */
    void signal(String signal);

    /** Whether it is ready to own the address. */
    boolean ready();

    /** Waits until all has ended. */
    void awaitEnd();

    /** Puts a new process in the place of this one, which ends; waits for that. */
    Running upgrade() throws IOException;

    /** Ends it, whatever state it is in, and waits for that. */
    void kill();

    /** What it has said. */
    String output();
  }
}
