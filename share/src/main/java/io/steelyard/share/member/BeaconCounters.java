package io.steelyard.share.member;

import io.steelyard.cluster.member.Membership.Verdict;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What became of datagrams since the start. Any thread. */
public final class BeaconCounters {
  final LongAdder sent = new LongAdder();
  final LongAdder notSent = new LongAdder();
  final LongAdder wrongKey = new LongAdder();
  final LongAdder malformed = new LongAdder();
  private final Map<Verdict, LongAdder> verdicts = new EnumMap<>(Verdict.class);

  BeaconCounters() {
    for (Verdict verdict : Verdict.values()) {
      verdicts.put(verdict, new LongAdder());
    }
  }

  void count(Verdict verdict) {
    verdicts.get(verdict).increment();
  }

  /** Beats sent, one for each address. */
  public long sent() {
    return sent.sum();
  }

  /** Beats that the kernel did not take. */
  public long notSent() {
    return notSent.sum();
  }

  /** Beats that were taken. */
  public long received() {
    return verdicts.get(Verdict.TAKEN).sum();
  }

  /** By a word for the reason. */
  public Map<String, Long> refused() {
    Map<String, Long> refused = new LinkedHashMap<>();
    refused.put("wrong-key", wrongKey.sum());
    refused.put("malformed", malformed.sum());
    for (Verdict verdict : new Verdict[] {Verdict.OLD, Verdict.SAME_NAME, Verdict.FULL}) {
      String word = verdict.name().toLowerCase(Locale.ROOT).replace('_', '-');
      refused.put(word, verdicts.get(verdict).sum());
    }
    return refused;
  }
}
