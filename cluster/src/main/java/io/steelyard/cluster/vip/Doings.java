package io.steelyard.cluster.vip;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What one step asks to be done, as it comes together. */
final class Doings {
  private final Set<VipId> release = new LinkedHashSet<>();
  private final List<Advert> send = new ArrayList<>();
  private final Set<VipId> take = new LinkedHashSet<>();
  private final Set<VipId> announce = new LinkedHashSet<>();
  private final Set<VipId> probe = new LinkedHashSet<>();
  private final List<VipEvent> events = new ArrayList<>();

  void release(VipId id) {
    take.remove(id);
    announce.remove(id);
    release.add(id);
  }

  void send(Advert advert) {
    send.add(advert);
  }

  void take(VipId id) {
    take.add(id);
  }

  void announce(VipId id) {
    announce.add(id);
  }

  void probe(VipId id) {
    probe.add(id);
  }

  void event(VipEvent event) {
    events.add(event);
  }

  Ready ready() {
    return new Ready(
        List.copyOf(release),
        send,
        List.copyOf(take),
        List.copyOf(announce),
        List.copyOf(probe),
        events);
  }
}
