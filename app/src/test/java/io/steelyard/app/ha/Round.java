package io.steelyard.app.ha;

import io.steelyard.testkit.Eventually;
import io.steelyard.testkit.netns.Host;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** One time that something happens to a site whose balancers have just been started. */
final class Round implements AutoCloseable {
  private static final Duration WARM_UP = Duration.ofMillis(800);
  private static final Duration START = Duration.ofSeconds(30);

  private final Site site;
  private final Peer peer;
  private final Row row;
  private final List<Peer.Running> balancers = new ArrayList<>();
  private long sinceNs;

  private Round(Site site, Peer peer, Row row) {
    this.site = site;
    this.peer = peer;
    this.row = row;
  }

  /** Plays it; the balancers are gone and the network is whole afterwards. */
  static Result play(Site site, Peer peer, Row row) throws IOException {
    try (Round round = new Round(site, peer, row)) {
      round.start();
      site.begin();
      round.pass(WARM_UP);
      site.count();
      round.mark();
      long startNs = round.sinceNs;
      row.happen(round);
      round.pass(row.lasts().plus(peer.slowness()));
      Noticed noticed = site.end();
      return new Result(
          noticed,
          site.owners().since(startNs),
          site.owners().since(round.sinceNs).singleNs(),
          round.said());
    } catch (AssertionError e) {
      throw new AssertionError(row.title() + ", " + peer.title() + ": " + e.getMessage(), e);
    }
  }

  /** The first owns the address when the others come. */
  private void start() throws IOException {
    Set<Host> first = Set.of(site.balancers().getFirst());
    for (int i = 0; i < site.balancers().size(); i++) {
      balancers.add(peer.start(site.balancers().get(i), i + 1, row));
      boolean last = i == site.balancers().size() - 1;
      if (peer.needsOthers() ? last : i == 0) {
        Eventually.within(START, "the first balancer owns it", () -> owned(first) && ready(0));
      }
    }
    for (int i = 1; i < balancers.size(); i++) {
      int which = i;
      Eventually.within(START, "balancer " + (i + 1) + " is ready", () -> ready(which));
    }
  }

  private String said() {
    return balancers.stream().map(Peer.Running::output).collect(Collectors.joining("\n\n"));
  }

  private boolean owned(Set<Host> by) {
    return site.owners().now().equals(by);
  }

  private boolean ready(int which) {
    return balancers.get(which).ready();
  }

  /** From now on it is counted until there is a single owner. */
  void mark() {
    sinceNs = System.nanoTime();
  }

  /** The owner at the beginning. */
  Host owner() {
    return site.balancers().getFirst();
  }

  /** The one that takes over. */
  Host other() {
    return site.balancers().get(1);
  }

  /** What runs on the owner. */
  Peer.Running running() {
    return balancers.getFirst();
  }

  /** Stops each in good order and starts it again, the owner last. */
  void restartAll() throws IOException {
    for (int i = balancers.size() - 1; i >= 0; i--) {
      Peer.Running running = balancers.get(i);
      running.signal("TERM");
      running.awaitEnd();
      balancers.set(i, peer.start(site.balancers().get(i), i + 1, row));
      int which = i;
      Eventually.within(START, "it is ready again", () -> ready(which));
      pass(Duration.ofSeconds(1));
    }
  }

  /** Another process takes over at the owner. */
  void upgrade() throws IOException {
    balancers.set(0, running().upgrade());
  }

  /** Lets time pass while clients go on: nothing is waited for. */
  void pass(Duration time) {
    long startNs = System.nanoTime();
    long leftNs = time.toNanos();
    while (leftNs > 0) {
      LockSupport.parkNanos(leftNs);
      leftNs = time.toNanos() - (System.nanoTime() - startNs);
    }
  }

  void passMs(long ms) {
    pass(Duration.ofNanos(TimeUnit.MILLISECONDS.toNanos(ms)));
  }

  @Override
  public void close() {
    site.balancers().forEach(Host::plug);
    site.balancers().forEach(Host::heal);
    balancers.forEach(Peer.Running::kill);
    Eventually.holds("nobody has the address any more", this::removed);
  }

  /** keepalived leaves it behind when it is killed. */
  private boolean removed() {
    for (Host host : site.owners().now()) {
      host.succeeds("ip", "addr", "del", Site.ADDRESS + "/24", "dev", Host.LINK);
    }
    return site.owners().now().isEmpty();
  }
}
