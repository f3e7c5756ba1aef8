package io.steelyard.share;

import io.steelyard.cluster.ReplicatedTable;
import io.steelyard.core.session.SessionEntry;
import io.steelyard.share.store.Store.UnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * All sessions of a table that are not over, in pages: each as it is when its turn comes, so that
 * no more than a page is kept beside the table.
 */
final class Pages {
  private Pages() {}

  /** Gets pages. */
  @FunctionalInterface
  interface Reader {
    /** May block; nobody else uses the page or its entries. */
    void read(List<SessionEntry> page) throws UnavailableException;
  }

  /** Through which the reader's trouble leaves the table. */
  private static final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final UnavailableException trouble;

    StoppedException(UnavailableException trouble) {
      super(null, trouble, false, false);
      this.trouble = trouble;
    }
  }

  /** Has all pages read, of {@code size} sessions at most each; ends where the reader fails. */
  static void turn(ReplicatedTable table, int size, Reader reader) throws UnavailableException {
    int nowS = (int) TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
    List<SessionEntry> page = new ArrayList<>(size);
    try {
      table.visit(entry -> {
        if (!entry.isOver(nowS)) {
          page.add(entry.copy());
          if (page.size() == size) {
            read(page, reader);
          }
        }
      });
    } catch (StoppedException e) {
      throw e.trouble;
    }
    if (!page.isEmpty()) {
      reader.read(List.copyOf(page));
    }
  }

  private static void read(List<SessionEntry> page, Reader reader) {
    try {
      reader.read(List.copyOf(page));
    } catch (UnavailableException e) {
      throw new StoppedException(e);
    }
    page.clear();
  }
}
