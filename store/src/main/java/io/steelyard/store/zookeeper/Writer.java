package io.steelyard.store.zookeeper;

import io.steelyard.store.tree.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.data.Stat;

/**
 * Changes of single keys. Each looks first, and then changes what it has seen or nothing: znodes
 * have versions of their own for that, which begin at 0 with each creation. So who removes a znode
 * and creates it anew just between the two, as often changed as before, is not noticed.
 */
final class Writer {
  /** Of looking again because somebody else was faster. */
  private static final int TRIES_MAX = 20;

  /** A request, of which this much is no value, has 1 MiB (`jute.maxbuffer` of the server). */
  private static final int VALUE_BYTES_MAX = (1 << 20) - (4 << 10);

  private static final byte[] NOTHING = {};

  private final Link link;
  private final Calls calls;

  Writer(Link link, Calls calls) {
    this.link = link;
    this.calls = calls;
  }

  /** What is sent of a value; too long a one would end the session. */
  static byte[] bounded(Link link, String key, String value) throws StoreException {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > VALUE_BYTES_MAX) {
      throw new StoreException(
          "%s: the value of %s has more than %d bytes".formatted(link, key, VALUE_BYTES_MAX));
    }
    return bytes;
  }

  /** A key that was not there. */
  boolean create(String path, byte[] value) throws StoreException, InterruptedException {
    for (int i = 0; i < TRIES_MAX; i++) {
      Optional<Stat> found = calls.stat(path);
      if (found.isPresent()
          && new Znode(Code.OK, path, Optional.empty(), found.get(), List.of()).isKey()) {
        return false;
      }
      List<Op> changes =
          found.isPresent()
              ? List.of(Op.setData(path, value, found.get().getVersion()))
              : withParents(path, value, CreateMode.PERSISTENT);
      if (done(path, changes)) {
        return true;
      }
    }
    throw contended(path);
  }

  /** A key that was there, if it is the same one. */
  boolean replace(String path, byte[] value, long version)
      throws StoreException, InterruptedException {
    Optional<Stat> found = seen(path, version);
    return found.isPresent()
        && done(path, List.of(Op.setData(path, value, found.get().getVersion())));
  }

  /** The same; what has keys below it loses its value only. */
  boolean remove(String path, long version) throws StoreException, InterruptedException {
    Optional<Stat> found = seen(path, version);
    if (found.isEmpty()) {
      return false;
    }
    Op change =
        found.get().getNumChildren() > 0
            ? Op.setData(path, NOTHING, found.get().getVersion())
            : Op.delete(path, found.get().getVersion());
    return done(path, List.of(change));
  }

  /** A key that vanishes with this session, whatever stood there. */
  void lease(String path, byte[] value, long session) throws StoreException, InterruptedException {
    for (int i = 0; i < TRIES_MAX; i++) {
      if (done(path, leased(path, value, calls.stat(path), session))) {
        return;
      }
    }
    throw contended(path);
  }

  private List<Op> leased(String path, byte[] value, Optional<Stat> found, long session)
      throws StoreException, InterruptedException {
    if (found.isEmpty()) {
      return withParents(path, value, CreateMode.EPHEMERAL);
    }
    int version = found.get().getVersion();
    if (found.get().getEphemeralOwner() == session) {
      return List.of(Op.setData(path, value, version));
    }
    if (found.get().getNumChildren() > 0) {
      throw new StoreException(link + ": " + path + " has keys below it and cannot be leased");
    }
    return List.of(
        Op.delete(path, version), Op.create(path, value, link.acl(), CreateMode.EPHEMERAL));
  }

  private Optional<Stat> seen(String path, long version)
      throws StoreException, InterruptedException {
    return calls.stat(path).filter(stat -> stat.getMzxid() == version);
  }

  /** In one step: a parent without children would look like a key without a value. */
  private List<Op> withParents(String path, byte[] value, CreateMode mode)
      throws StoreException, InterruptedException {
    List<Op> changes = new ArrayList<>();
    changes.add(Op.create(path, value, link.acl(), mode));
    for (String parent = parent(path);
        !parent.isEmpty() && calls.stat(parent).isEmpty();
        parent = parent(parent)) {
      changes.addFirst(Op.create(parent, NOTHING, link.acl(), CreateMode.PERSISTENT));
    }
    return changes;
  }

  private static String parent(String path) {
    return path.substring(0, path.lastIndexOf('/'));
  }

  /** Whether nobody else was faster. */
  private boolean done(String path, List<Op> changes) throws StoreException, InterruptedException {
    return calls.all(path, changes, Code.NODEEXISTS, Code.NONODE, Code.BADVERSION, Code.NOTEMPTY)
        == Code.OK;
  }

  private StoreException contended(String path) {
    return new StoreException(link + ": " + path + " changes faster than it can be written");
  }
}
