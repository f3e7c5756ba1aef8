package io.steelyard.store.zookeeper;

import io.steelyard.store.tree.KeyStore;
import io.steelyard.store.tree.StoreException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.KeeperException.Code;

/** Reads many znodes, some hundreds of them at a time. For one reading, on one thread. */
final class Reader {
  /** Outstanding answers: enough to keep a member busy over a network. */
  private static final int ASKED_MAX = 256;

  /** With parents that are no keys. */
  static final int ZNODES_MAX = 2 * KeyStore.KEYS_MAX;

  /** Of all values. */
  private static final long BYTES_MAX = 256L << 20;

  private final Calls calls;
  private final long timeoutNs;
  private final Queue<Runnable> toAsk = new ArrayDeque<>();
  private final BlockingQueue<Znode> answers = new LinkedBlockingQueue<>(ASKED_MAX);
  private final List<Znode> read = new ArrayList<>();
  private int asked;
  private long bytes;

  Reader(Calls calls, long timeoutNs) {
    this.calls = calls;
    this.timeoutNs = timeoutNs;
  }

  /** A znode and everything below it; those that vanish meanwhile may be there or not. */
  List<Znode> below(String root) throws StoreException, InterruptedException {
    ask(root);
    for (Znode answer = next(); answer != null; answer = next()) {
      String path = answer.path();
      if (!answer.exists()) {
        continue;
      }
      if (answer.data().isPresent()) {
        add(answer);
        if (answer.stat().getNumChildren() > 0) {
          toAsk.add(() -> calls.children(path, answers::add));
        }
      }
      answer.children().forEach(child -> ask(path + "/" + child));
    }
    return read;
  }

  /** These; among them what is not there. */
  List<Znode> these(Collection<String> paths) throws StoreException, InterruptedException {
    paths.forEach(this::ask);
    for (Znode answer = next(); answer != null; answer = next()) {
      add(answer);
    }
    return read;
  }

  private void ask(String path) {
    toAsk.add(() -> calls.data(path, answers::add));
  }

  private void add(Znode znode) throws StoreException {
    read.add(znode);
    bytes += znode.exists() ? znode.stat().getDataLength() : 0;
    if (read.size() > ZNODES_MAX || bytes > BYTES_MAX) {
      throw new StoreException(
          "%s: more than %d znodes or %d MiB".formatted(calls, ZNODES_MAX, BYTES_MAX >> 20));
    }
  }

  /** The next answer; null when all is read. */
  private Znode next() throws StoreException, InterruptedException {
    while (asked < ASKED_MAX && !toAsk.isEmpty()) {
      asked++;
      toAsk.remove().run();
    }
    if (asked == 0) {
      return null;
    }
    Znode answer = answers.poll(timeoutNs, TimeUnit.NANOSECONDS);
    if (answer == null) {
      throw calls.noAnswer();
    }
    asked--;
    calls.accept(answer.code(), answer.path(), Code.NONODE);
    return answer;
  }
}
