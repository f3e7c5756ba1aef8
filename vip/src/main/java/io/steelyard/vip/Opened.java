package io.steelyard.vip;

import java.util.ArrayDeque;
import java.util.Deque;

/** What has been opened so far, to be closed again if the rest cannot be. */
final class Opened {
  private final Deque<AutoCloseable> all = new ArrayDeque<>();

  <T extends AutoCloseable> T add(T opened) {
    all.push(opened);
    return opened;
  }

  /** The last one first. */
  void closeAll() {
    for (AutoCloseable opened : all) {
      try {
        opened.close();
      } catch (Exception e) {
        System.getLogger(Opened.class.getName()).log(System.Logger.Level.WARNING, "not closed", e);
      }
    }
  }
}
