package io.steelyard.vip;

import io.steelyard.cluster.vip.Advert;
import io.steelyard.cluster.vip.Ready;
import io.steelyard.cluster.vip.VipElection;
import io.steelyard.cluster.vip.VipEvent;
import io.steelyard.cluster.vip.VipId;
import io.steelyard.cluster.vip.VipOptions;
import io.steelyard.cluster.vip.VipPenalty;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The election and the driver together, on a host of a lab: one thread, which waits for adverts and
 * decides.
 *
 * <pre>
 * arguments: as {@link VipShell}, and priority=150 preempt=true
 * lines:     stop; configure 51=192.0.2.102/24
 * </pre>
 */
final class VipNode implements VipListener {
  private static final long BEAT_NS = 25_000_000;

  private final ShellArguments arguments;
  private final Queue<Runnable> events = new ConcurrentLinkedQueue<>();
  private final Set<VipId> owned = new HashSet<>();
  private VipDriver driver;
  private VipElection election;
  private boolean stopped;

  private VipNode(ShellArguments arguments) {
    this.arguments = arguments;
  }

  public static void main(String[] arguments) throws Exception {
    VipNode node = new VipNode(ShellArguments.parse(arguments));
    node.open();
    Thread.ofPlatform().daemon().start(node::read);
    node.run();
  }

  private static void say(String text) {
    System.out.println(text);
  }

  private void open() throws IOException, InterruptedException {
    driver = VipDriver.open(arguments.routers(), arguments.driver(), this);
    say("leftovers " + driver.removeLeftovers());
    driver.awaitGuard(Duration.ofSeconds(20));
    long nowNs = System.nanoTime();
    election = new VipElection(arguments.routers(), driver.sources(), nowNs);
    perform(election.eligible(true, nowNs));
    say("ready " + driver.guardPid());
  }

  private void run() {
    while (!stopped) {
      driver.beat();
      long nowNs = System.nanoTime();
      driver.receive(Math.min(election.nextDeadlineNs() - nowNs, BEAT_NS));
      election.advertised(driver.spokenNs());
      for (Runnable event = events.poll(); event != null; event = events.poll()) {
        event.run();
      }
      perform(election.tick(System.nanoTime()));
    }
    driver.close();
    say("stopped " + driver.counts());
  }

  private void perform(Ready ready) {
    driver.perform(ready);
    for (VipEvent event : ready.events()) {
      say(event.toString());
    }
    if (!owned.equals(election.owned())) {
      owned.clear();
      owned.addAll(election.owned());
      say("owns " + new ArrayList<>(owned));
    }
  }

  private void read() {
    try (BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = input.readLine(); line != null; line = input.readLine()) {
        String[] words = line.split(" ", -1);
        tell(() -> act(words));
      }
    } catch (IOException e) {
      say("cannot: " + e);
    }
  }

  private void tell(Runnable event) {
    events.add(event);
    driver.wake();
  }

  private void act(String[] words) {
    long nowNs = System.nanoTime();
    switch (words[0]) {
      case "stop" -> {
        perform(election.stop(nowNs));
        stopped = true;
      }
      case "configure" -> {
        ShellArguments next = arguments.with(List.of(words).subList(1, words.length));
        try {
          driver.follow(next.routers(), next.driver());
          perform(election.follow(next.routers(), driver.sources(), nowNs));
          say("configured");
        } catch (IOException e) {
          say("cannot: " + e.getMessage());
        }
      }
      case "renew" -> renew();
      case "counts" -> say("counts " + driver.counts());
      default -> say("not understood: " + words[0]);
    }
  }

  private void renew() {
    try {
      say("renewed " + driver.renewLinks());
      for (VipId id : election.owned()) {
        perform(election.gone(id, System.nanoTime()));
      }
    } catch (IOException e) {
      say("cannot: " + e.getMessage());
    }
  }

  @Override
  public void received(Advert advert, InetAddress source) {
    election.advertised(driver.spokenNs());
    perform(election.heard(advert, source, System.nanoTime()));
  }

  @Override
  public void lost(VipId id) {
    say("lost " + id);
    tell(() -> perform(election.relieved(id, System.nanoTime())));
  }

  @Override
  public void linkChanged(String link, boolean up) {
    events.add(() -> say("link " + link + (up ? " up" : " down")));
    events.add(() -> track(link, up ? 0 : 255));
  }

  private void track(String link, int penalty) {
    for (VipOptions router : arguments.routers()) {
      if (router.id().link().equals(link)) {
        perform(election.track(router.id(), new VipPenalty(penalty, 0), System.nanoTime()));
      }
    }
  }

  @Override
  public void guardEnded() {
    say("guard ended");
  }

  @Override
  public void failed(String what) {
    say("failed: " + what);
  }
}
