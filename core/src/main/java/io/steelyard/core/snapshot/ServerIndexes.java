package io.steelyard.core.snapshot;

import java.util.Arrays;
import java.util.List;

/**
 * The indexes of a pool's servers by their names. Any thread. Costs nothing before the first server
 * is not where whoever asks has seen it last: then a table is made, once.
 */
public final class ServerIndexes {
  /** There is no server of that name. */
  public static final int NONE = -1;

  private final List<Server> servers;

  /**
   * Open addressing: indexes where their names' hashes put them, or the next free places on. Two
   * threads may both make it.
   */
  private volatile int[] slots;

  /** Of servers whose names are all different. */
  public ServerIndexes(List<Server> servers) {
    this.servers = List.copyOf(servers);
  }

  /**
   * The index of the server of that name, or {@link #NONE}.
   *
   * @param seenAt where it may be; any number
   */
  public int indexOf(String name, int seenAt) {
    boolean there =
        seenAt >= 0 && seenAt < servers.size() && servers.get(seenAt).name().equals(name);
    return there ? seenAt : indexOf(name);
  }

  private int indexOf(String name) {
    int[] table = slots;
    if (table == null) {
      table = table();
      slots = table;
    }
    return table[slot(table, name)];
  }

  private int[] table() {
    int[] table = new int[Integer.highestOneBit(2 * servers.size() + 1) << 1];
    Arrays.fill(table, NONE);
    for (int i = 0; i < servers.size(); i++) {
      table[slot(table, servers.get(i).name())] = i;
    }
    return table;
  }

  /** Where it is, or would be; no table is full, so that this ends. */
  private int slot(int[] table, String name) {
    int hash = name.hashCode();
    int slot = (hash ^ hash >>> 16) & (table.length - 1);
    while (table[slot] != NONE && !servers.get(table[slot]).name().equals(name)) {
      slot = slot + 1 & (table.length - 1);
    }
    return slot;
  }
}
