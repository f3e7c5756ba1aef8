package io.steelyard.share;

import io.steelyard.cluster.ReplicatedTable;
import io.steelyard.core.session.SessionEntry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** All sessions of a table that are not over, as they are at the beginning, in pages. */
final class Pages {
  private static final int GROWTH = 2;

  private final int size;
  private ByteBuffer all = ByteBuffer.allocate(1024 * SessionEntry.BYTES);

  /** Copies all: 48 bytes a session, for as long as the pages are turned. */
  Pages(ReplicatedTable table, int size) {
    this.size = size;
    int nowS = (int) (System.currentTimeMillis() / 1000);
    table.visit(entry -> {
      if (!entry.isOver(nowS)) {
        if (!all.hasRemaining()) {
          all = ByteBuffer.allocate(GROWTH * all.capacity()).put(all.flip());
        }
        entry.write(all);
      }
    });
    all.flip();
  }

  /** The next ones; empty after the last. */
  List<SessionEntry> next() {
    List<SessionEntry> page = new ArrayList<>();
    while (page.size() < size && all.hasRemaining()) {
      SessionEntry entry = new SessionEntry();
      entry.read(all);
      page.add(entry);
    }
    return page;
  }
}
