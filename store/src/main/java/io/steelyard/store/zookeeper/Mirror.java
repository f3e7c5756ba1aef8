package io.steelyard.store.zookeeper;

import io.steelyard.store.tree.KeyStore;
import io.steelyard.store.tree.StoreException;
import io.steelyard.store.tree.Tree;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.KeeperException.Code;

/**
 * What one session sees below a prefix. It is watched before it is read, and what changes meanwhile
 * is read again until nothing does: ZooKeeper tells a session of a change before it answers with
 * it, and of changes in their order (Programmer's Guide, "ZooKeeper Watches"), so that when all is
 * read and nothing new was told, what was read is the tree as it was at the last answer. After a
 * loss of the connection everything is read anew. One thread at a time.
 */
final class Mirror {
  /** Of reading what has changed meanwhile; each takes a round trip or so. */
  private static final int ROUNDS_MAX = 100;

  private final Link link;
  private final Calls calls;
  private final Changes changes;
  private final Map<String, Znode> znodes = new HashMap<>();
  private Tree tree;

  Mirror(Link link, Calls calls, Changes changes) {
    this.link = link;
    this.calls = calls;
    this.changes = changes;
  }

  /** Whether it is of that session. */
  boolean isOf(Calls other) {
    return calls.handle().equals(other.handle());
  }

  /** The tree as it is now: at least as new as what the leader knows at this call. */
  Tree read() throws StoreException, InterruptedException {
    Tree last = tree;
    // Until all has gone well: changes that were taken are told no second time.
    tree = null;
    Changes.Seen seen = changes.take();
    boolean anew = last == null || !seen.complete();
    if (anew) {
      watch();
    }
    calls.sync(link.root());
    if (anew) {
      readAll();
      seen = changes.take();
    } else {
      seen = seen.and(changes.take());
    }
    boolean same = !anew && seen.isNothing();
    readUntilQuiet(seen);
    tree = same ? last : built();
    return tree;
  }

  private void readUntilQuiet(Changes.Seen first) throws StoreException, InterruptedException {
    Changes.Seen seen = first;
    for (int round = 0; !seen.isNothing(); round++) {
      if (round == ROUNDS_MAX) {
        throw new StoreException(link + ": it changes faster than it can be read");
      }
      readAgain(seen);
      seen = changes.take();
    }
  }

  private void watch() throws StoreException, InterruptedException {
    CompletableFuture<Integer> answer = new CompletableFuture<>();
    calls
        .handle()
        .addWatch(
            link.root(),
            changes,
            AddWatchMode.PERSISTENT_RECURSIVE,
            (rc, _, _) -> answer.complete(rc),
            null);
    calls.accept(Code.get(calls.await(answer)), link.root());
  }

  private Reader reader() {
    return new Reader(calls, link.options().timeout().toNanos());
  }

  private void readAll() throws StoreException, InterruptedException {
    znodes.clear();
    for (Znode znode : reader().below(link.root())) {
      znodes.put(znode.path(), znode);
    }
  }

  private void readAgain(Changes.Seen seen) throws StoreException, InterruptedException {
    if (!seen.complete()) {
      throw new Lost(link + " has ended the connection", null);
    }
    Set<String> paths = new HashSet<>(seen.paths());
    // A parent's list of children has changed, and with it what the parent is.
    seen.paths().stream()
        .filter(path -> path.length() > link.root().length())
        .forEach(path -> paths.add(path.substring(0, path.lastIndexOf('/'))));
    List<Znode> read = reader().these(paths);
    for (Znode znode : read) {
      if (znode.exists()) {
        znodes.put(znode.path(), znode);
      } else {
        znodes.remove(znode.path());
      }
    }
  }

  private Tree built() throws StoreException {
    SortedMap<String, Tree.Entry> entries = new TreeMap<>();
    long revision = 0;
    for (Znode znode : znodes.values()) {
      revision = Math.max(revision, znode.zxid());
      if (znode.isKey() && znode.path().length() > link.root().length()) {
        entries.put(
            znode.path().substring(link.options().prefix().length()), znode.data().orElseThrow());
      }
    }
    if (entries.size() > KeyStore.KEYS_MAX) {
      throw new StoreException(link + ": more than " + KeyStore.KEYS_MAX + " keys");
    }
    return new Tree(revision, entries);
  }
}
