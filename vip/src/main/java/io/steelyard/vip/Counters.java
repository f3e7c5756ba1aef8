package io.steelyard.vip;

import io.steelyard.wire.vrrp.VrrpRefusal;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts of a driver; any thread. */
final class Counters {
  final LongAdder sent = new LongAdder();
  final LongAdder suppressed = new LongAdder();
  final LongAdder received = new LongAdder();
  final LongAdder unknown = new LongAdder();
  final LongAdder takes = new LongAdder();
  final LongAdder releases = new LongAdder();
  final LongAdder announcements = new LongAdder();
  final LongAdder probes = new LongAdder();
  final LongAdder errors = new LongAdder();
  private final Map<VrrpRefusal, LongAdder> refused = new EnumMap<>(VrrpRefusal.class);

  Counters() {
    for (VrrpRefusal refusal : VrrpRefusal.values()) {
      refused.put(refusal, new LongAdder());
    }
  }

  void refused(VrrpRefusal refusal) {
    refused.get(refusal).increment();
  }

  VipCounts snapshot() {
    Map<VrrpRefusal, Long> sums = new EnumMap<>(VrrpRefusal.class);
    refused.forEach((refusal, count) -> sums.put(refusal, count.sum()));
    return new VipCounts(
        sent.sum(),
        suppressed.sum(),
        received.sum(),
        unknown.sum(),
        sums,
        takes.sum(),
        releases.sum(),
        announcements.sum(),
        probes.sum(),
        errors.sum());
  }
}
