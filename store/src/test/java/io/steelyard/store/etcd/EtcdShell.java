package io.steelyard.store.etcd;

import io.steelyard.store.tree.StoreException;
import io.steelyard.store.tree.Tree;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A client on a host of a lab: says what stands in {@code config}, and when the store is away. */
final class EtcdShell {
  private static final Duration TIMEOUT = Duration.ofSeconds(1);
  private static final Duration WATCH = Duration.ofMillis(500);

  private EtcdShell() {}

  public static void main(String[] urls) throws InterruptedException {
    EtcdOptions options = new EtcdOptions(List.of(urls), "/steelyard/", Optional.empty(), TIMEOUT);
    try (EtcdStore store = EtcdStore.of(options)) {
      Tree known = null;
      while (!Thread.interrupted()) {
        try {
          Tree newest = known == null ? store.read() : store.awaitNewer(known, WATCH);
          if (!newest.equals(known)) {
            known = newest;
            System.out.println("config " + newest.value("config").orElse("nothing"));
          }
        } catch (StoreException e) {
          System.out.println("away");
        }
      }
    }
  }
}
