package io.steelyard.store.zookeeper;

import io.steelyard.store.tree.Tree;
import java.util.List;
import java.util.Optional;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.data.Stat;

/**
 * What was answered about one znode.
 *
 * @param code OK, or why there is nothing
 * @param data its value; empty if it has none or was not asked for it
 * @param stat null unless it is there
 * @param children their names, if asked for them
 */
record Znode(Code code, String path, Optional<Tree.Entry> data, Stat stat, List<String> children) {
  Znode {
    children = List.copyOf(children);
  }

  static Znode failed(int rc, String path) {
    return new Znode(Code.get(rc), path, Optional.empty(), null, List.of());
  }

  static Znode data(int rc, String path, byte[] bytes, Stat stat) {
    if (rc != Code.OK.intValue()) {
      return failed(rc, path);
    }
    byte[] value = bytes == null ? new byte[0] : bytes;
    return new Znode(
        Code.OK, path, Optional.of(Tree.Entry.of(value, stat.getMzxid())), stat, List.of());
  }

  boolean exists() {
    return code == Code.OK;
  }

  /**
   * Whether it is a key. A znode without a value is one only if it never had children: else it is
   * there for them, or was.
   */
  boolean isKey() {
    return stat.getDataLength() > 0 || stat.getCversion() == 0;
  }

  /** Of the last change to it or to the list of its children. */
  long zxid() {
    return Math.max(stat.getMzxid(), stat.getPzxid());
  }
}
