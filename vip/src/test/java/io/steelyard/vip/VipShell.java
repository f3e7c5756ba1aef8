package io.steelyard.vip;

import io.steelyard.cluster.vip.Advert;
import io.steelyard.cluster.vip.VipAddress;
import io.steelyard.cluster.vip.VipConflict;
import io.steelyard.cluster.vip.VipId;
import io.steelyard.cluster.vip.VipOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A driver to be used from the outside, on a host of a lab: it does what lines on its input say,
 * and prints what it is told.
 *
 * <pre>
 * arguments: guardMs=300 checksum=MESSAGE peers=192.0.2.2 51=192.0.2.100/24,192.0.2.101/24
 * lines:     take 51, release 51, handOver 51, announce 51, has 51, leftovers, counts, guard, close,
 *            advertise 51 150 (every interval), advertise 51 0 (once, and no more)
 * </pre>
 */
final class VipShell implements VipListener {
  private final ScheduledExecutorService elector = Executors.newSingleThreadScheduledExecutor();
  private final Map<String, VipOptions> routers = new HashMap<>();

  /** What is done again and again, by the virtual router; and the beats. */
  private final Map<String, ScheduledFuture<?>> adverts = new HashMap<>();

  private VipDriver driver;

  public static void main(String[] arguments) throws Exception {
    VipShell shell = new VipShell();
    try {
      shell.open(arguments);
    } catch (IOException e) {
      say("cannot: " + e.getMessage());
      shell.elector.shutdownNow();
      return;
    }
    try (BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = input.readLine(); line != null; line = input.readLine()) {
        String[] words = line.split(" ", -1);
        shell.elector.execute(() -> shell.act(words));
        if (line.equals("close")) {
          return;
        }
      }
    }
  }

  private static void say(String text) {
    System.out.println(text);
  }

  private void open(String[] arguments) throws Exception {
    ShellArguments given = ShellArguments.parse(arguments);
    given.addresses().keySet().forEach(id -> routers.put(id, given.router(id)));
    long startNs = System.nanoTime();
    driver = VipDriver.open(given.routers(), given.driver(), this);
    say("opened in " + (System.nanoTime() - startNs) / 1_000_000 + " ms");
    adverts.put("beat", every(20, driver::beat));
    adverts.put(
        "receive",
        elector.scheduleWithFixedDelay(
            () -> driver.receive(2_000_000), 0, 1, TimeUnit.MILLISECONDS));
    elector.execute(this::ready);
  }

  private ScheduledFuture<?> every(long ms, Runnable task) {
    return elector.scheduleAtFixedRate(task, 0, ms, TimeUnit.MILLISECONDS);
  }

  private void ready() {
    try {
      say("ready " + driver.awaitGuard(Duration.ofSeconds(20)) + " guard " + driver.guardPid());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void act(String[] words) {
    VipOptions router = words.length > 1 ? routers.get(words[1]) : null;
    try {
      switch (words[0]) {
        case "take" -> {
          long startNs = System.nanoTime();
          boolean took = driver.take(router.id());
          say("took " + words[1] + " " + took + " " + (System.nanoTime() - startNs) / 1000 + " us");
        }
        case "release" -> {
          driver.release(router.id());
          say("released " + words[1]);
        }
        case "handOver" -> {
          driver.handOver(router.id());
          say("handed over " + words[1]);
        }
        case "probe" -> driver.probe(router.id());
        case "announce" -> driver.announce(router.id());
        case "has" -> say("has " + words[1] + " " + driver.has(router.id()));
        case "leftovers" -> say("leftovers " + driver.removeLeftovers());
        case "counts" -> say("counts " + driver.counts());
        case "advertise" -> advertise(router, Integer.parseInt(words[2]));
        case "guard" -> say("guard " + driver.guardPid());
        case "close" -> close();
        default -> say("not understood: " + words[0]);
      }
    } catch (IOException | RuntimeException e) {
      say("cannot: " + e);
    }
  }

  private void close() {
    adverts.values().forEach(task -> task.cancel(false));
    elector.shutdown();
    driver.close();
    say("closed");
  }

  private void advertise(VipOptions router, int priority) {
    String id = Integer.toString(router.id().routerId());
    ScheduledFuture<?> before = adverts.remove(id);
    if (before != null) {
      before.cancel(false);
    }
    Advert advert =
        new Advert(
            router.id(),
            priority,
            router.advertise(),
            router.addresses().stream().map(VipAddress::address).toList());
    if (priority == 0) {
      driver.send(advert);
    } else {
      adverts.put(id, every(router.advertise().toMillis(), () -> driver.send(advert)));
    }
  }

  @Override
  public void received(Advert advert, InetAddress source) {
    say(
        "received "
            + advert.id().routerId()
            + " priority "
            + advert.priority()
            + " every "
            + advert.advertise().toMillis()
            + " from "
            + source.getHostAddress());
  }

  @Override
  public void used(VipId id, VipConflict conflict) {
    say("used " + id.routerId() + " " + conflict);
  }

  @Override
  public void lost(VipId id) {
    say("lost " + id.routerId());
  }

  @Override
  public void linkChanged(String link, boolean up) {
    say("link " + link + (up ? " up" : " down"));
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
