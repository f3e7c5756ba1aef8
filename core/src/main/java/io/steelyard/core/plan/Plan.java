package io.steelyard.core.plan;

import io.steelyard.core.snapshot.Listener;
import io.steelyard.core.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The steps from one snapshot to the next, in this order: bind, publish, drain. Binding may fail
 * and is then undone; publishing and draining cannot fail. A listener that keeps its name and
 * address keeps its socket; one whose address or protocol changed is bound anew and its old socket
 * drained.
 *
 * @param bind listeners whose sockets have to be opened
 * @param drain listeners whose sockets are closed, their connections finishing in their own time
 */
public record Plan(List<Listener> bind, Snapshot publish, List<Listener> drain) {
  public static Plan between(Snapshot now, Snapshot next) {
    Map<String, Listener> open = new HashMap<>();
    now.listeners().forEach(l -> open.put(l.name(), l));
    List<Listener> bind = new ArrayList<>();
    for (Listener wanted : next.listeners()) {
      Listener existing = open.get(wanted.name());
      if (existing != null
          && existing.address().equals(wanted.address())
          && existing.protocol() == wanted.protocol()) {
        open.remove(wanted.name());
      } else {
        bind.add(wanted);
      }
    }
    List<Listener> drain =
        now.listeners().stream().filter(l -> open.containsKey(l.name())).toList();
    return new Plan(List.copyOf(bind), next, drain);
  }
}
