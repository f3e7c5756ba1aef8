package io.steelyard.core.snapshot;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The indexes of a pool's servers by their names: found at hardly any cost while they are asked for
 * in their order, as by who compares two configurations. For one thread.
 */
public final class ServerOrder {
  /** There is no server of that name. */
  public static final int NONE = -1;

  /** So many that are not where they are expected are looked for without a table of all. */
  private static final int SCANS_MAX = 4;

  private final List<Server> servers;
  private int scans;
  private Map<String, Integer> byName;
  private int last = NONE;

  public ServerOrder(List<Server> servers) {
    this.servers = servers;
  }

  /** The index of the server of that name, or {@link #NONE}. */
  public int indexOf(String name) {
    int found = isAt(last + 1, name) ? last + 1 : elsewhere(name);
    last = found == NONE ? last : found;
    return found;
  }

  private int elsewhere(String name) {
    return byName == null && scans++ < SCANS_MAX ? scan(name) : byName().getOrDefault(name, NONE);
  }

  /** Begins behind the last one: the next may only have gone. */
  private int scan(String name) {
    for (int n = 0, i = last + 1; n < servers.size(); n++, i++) {
      i = i >= servers.size() ? 0 : i;
      if (isAt(i, name)) {
        return i;
      }
    }
    return NONE;
  }

  private boolean isAt(int index, String name) {
    return index < servers.size() && servers.get(index).name().equals(name);
  }

  private Map<String, Integer> byName() {
    if (byName == null) {
      byName = HashMap.newHashMap(servers.size());
      servers.forEach(server -> byName.put(server.name(), byName.size()));
    }
    return byName;
  }
}
