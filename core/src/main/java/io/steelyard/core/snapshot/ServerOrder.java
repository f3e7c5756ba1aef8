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

  private final List<Server> servers;
  private Map<String, Integer> byName;
  private int last = NONE;

  public ServerOrder(List<Server> servers) {
    this.servers = servers;
  }

  /** The index of the server of that name, or {@link #NONE}. */
  public int indexOf(String name) {
    int found = isAt(last + 1, name) ? last + 1 : byName().getOrDefault(name, NONE);
    last = found == NONE ? last : found;
    return found;
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
