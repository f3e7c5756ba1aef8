package io.steelyard.cluster.vip;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What a host asks the others, and answers to them. */
class SimulatedVotes {
  private static final long HANDED_OVER_NS = 20_000_000;

  final SimulatedHost host;
  final long leaseNs;
  private final long hangNs;
  private VipVotes votes;
  private long life;

  /** What the process before this one owns; it decides until this one holds the leases. */
  private Set<String> inherits = Set.of();

  private Runnable whenInherited;

  SimulatedVotes(SimulatedHost host, long leaseNs, long hangNs) {
    this.host = host;
    this.leaseNs = leaseNs;
    this.hangNs = hangNs;
  }

  /** With a process that has forgotten all. */
  void start() {
    Set<String> names = new TreeSet<>();
    host.lan.hosts.forEach(h -> names.add(name(h)));
    inherits = Set.of();
    whenInherited = null;
    votes = new VipVotes(name(host), names, life++, leaseNs, hangNs, bornNs());
  }

  /** When it began: and has forgotten all, whatever that is. */
  long bornNs() {
    return host.localNs();
  }

  private static String name(SimulatedHost host) {
    return "n" + host.number;
  }

  void inherit(Set<String> keys, Runnable then) {
    start();
    inherits = keys;
    whenInherited = then;
    tick();
    host.lan.in(HANDED_OVER_NS, () -> inherited(then));
  }

  private void inherited(Runnable then) {
    if (then.equals(whenInherited) && host.isUp()) {
      whenInherited = null;
      then.run();
      inherits = Set.of();
      tick();
    }
  }

  /** After all that the process does. */
  void tick() {
    Set<String> wants = new TreeSet<>(host.wanted());
    wants.addAll(inherits);
    votes.tick(wants, host.localNs()).ifPresent(this::send);
  }

  private void send(VipVotes.Ask ask) {
    host.lan.send(host.number, to -> to.arrives(() -> to.votes().asked(ask, host)));
  }

  private void asked(VipVotes.Ask ask, SimulatedHost by) {
    votes
        .asked(ask, host.localNs())
        .ifPresent(answer ->
            host.lan.post(host.number, by, to -> to.arrives(() -> to.votes().answered(answer))));
  }

  private void answered(VipVotes.Answer answer) {
    votes.answered(answer, host.localNs());
    if (whenInherited == null) {
      host.lookAtVotes();
    } else if (leases().keySet().containsAll(inherits)) {
      inherited(whenInherited);
    }
  }

  boolean isHandingOver() {
    return whenInherited != null;
  }

  boolean reachesMajority() {
    return votes.reachesMajority(host.localNs());
  }

  Map<String, Long> leases() {
    return votes.leases(host.localNs());
  }

  long waitNs() {
    return votes.nextDeadlineNs() - host.localNs();
  }
}
