package io.steelyard.app.node.store;

import io.steelyard.config.FromConfig;
import io.steelyard.control.canary.Canary;
import io.steelyard.control.revision.Cell;
import io.steelyard.control.revision.Revision;
import io.steelyard.control.revision.Revisions;
import io.steelyard.control.revision.Shelf;
import io.steelyard.control.revision.TextDigest;
import io.steelyard.control.shared.Edition;
import io.steelyard.control.shared.SharedSource;
import io.steelyard.store.Layout;
import io.steelyard.store.Stores;
import io.steelyard.store.tree.KeyStore;
import io.steelyard.store.tree.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The shared part of a configuration, from a store of keys. */
public final class StoreSource implements SharedSource {
  /** A node that tells no more is gone after this. */
  private static final Duration LEASE = Duration.ofSeconds(10);

  private final KeyStore store;
  private final String name;
  private final String root;

  /** Whether nodes cannot tell of themselves there. */
  private final boolean silent;

  private volatile Tree tree;
  private volatile KeyStore.Lease lease;
  private String reporter = "";
  private String reported = "";

  private StoreSource(KeyStore store, String name, String root, boolean silent) {
    this.store = store;
    this.name = name;
    this.root = root;
    this.silent = silent;
  }

  /** Connects when it is asked something. */
  public static StoreSource open(FromConfig from) {
    // What Kubernetes mounts, or a package brings, is only read.
    boolean silent = from instanceof FromConfig.Folder folder && !Files.isWritable(folder.path());
    return new StoreSource(Stores.open(from), from.toString(), from.root(), silent);
  }

  @Override
  public Edition read() throws IOException, InterruptedException {
    tree = store.read();
    return edition(tree);
  }

  @Override
  public Edition awaitNewer(Edition known, Duration atMost)
      throws IOException, InterruptedException {
    if (tree == null) {
      return read();
    }
    long beganNs = System.nanoTime();
    Duration left = atMost;
    while (!left.isNegative()) {
      Tree newest = store.awaitNewer(tree, left);
      if (newest.equals(tree)) {
        return known;
      }
      boolean onlyLeases = Layout.sameButLeases(newest, tree);
      tree = newest;
      if (!onlyLeases) {
        Edition edition = edition(newest);
        if (!edition.says(known)) {
          return edition;
        }
      }
      // What other nodes say of themselves stands there, too.
      left = atMost.minusNanos(System.nanoTime() - beganNs);
    }
    return known;
  }

  private Edition edition(Tree now) {
    Layout.Content content = Layout.content(now, root);
    String document = now.value(Layout.CONFIG).map(TextDigest::of).orElse("");
    List<String> newestFirst = List.copyOf(Layout.below(now, Layout.REVISIONS).values()).reversed();
    Optional<Revision> writer = Revisions.writer(newestFirst, document);
    return Edition.of(
            now.revision(),
            document,
            content.texts(),
            content.defects(),
            content.unknown(),
            writer.filter(Revision::forced).map(Revision::number).orElse(0L),
            now.value(Layout.CANARY).flatMap(Canary::parse))
        .writtenBy(writer.map(Revision::number).orElse(0L));
  }

  @Override
  public void report(String node, String report) throws IOException, InterruptedException {
    if (silent) {
      return;
    }
    if (!reporter.equals(node)) {
      // By the name that it had before it is there no more.
      letGo();
      reporter = node;
    }
    try {
      if (lease == null) {
        lease = store.lease(LEASE);
        reported = "";
      } else {
        lease.renew();
      }
      if (!reported.equals(report)) {
        lease.write(Layout.node(node), report);
        reported = report;
      }
    } catch (IOException e) {
      // The next time with a lease of its own: this one may have run out.
      letGo();
      throw e;
    }
  }

  private void letGo() {
    KeyStore.Lease last = lease;
    lease = null;
    if (last != null) {
      Thread.ofVirtual().name("lease").start(last::close);
    }
  }

  @Override
  public Map<String, String> reports() {
    Tree known = tree;
    return known == null ? Map.of() : Layout.nodes(known);
  }

  @Override
  public Cell document() {
    return new StoreCell(store, Layout.CONFIG);
  }

  @Override
  public Cell canary() {
    return new StoreCell(store, Layout.CANARY);
  }

  @Override
  public Shelf revisions() {
    return new StoreShelf(store, silent);
  }

  @Override
  public String toString() {
    return name;
  }

  @Override
  public void close() {
    Optional.ofNullable(lease).ifPresent(KeyStore.Lease::close);
    store.close();
  }
}
