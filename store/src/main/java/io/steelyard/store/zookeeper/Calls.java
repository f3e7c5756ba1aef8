package io.steelyard.store.zookeeper;

import io.steelyard.store.tree.StoreException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;

/**
 * Requests to ZooKeeper that wait for their answers, each for the time-out at most. Answers come in
 * the order of the requests, and no later than the news of changes that they show.
 */
final class Calls {
  private final Link link;
  private final ZooKeeper handle;

  Calls(Link link, ZooKeeper handle) {
    this.link = link;
    this.handle = handle;
  }

  /** With a session that is connected. */
  static Calls of(Link link) throws StoreException, InterruptedException {
    return new Calls(link, link.connected());
  }

  ZooKeeper handle() {
    return handle;
  }

  /** Asks for the value of a znode; answered on the client's thread. */
  void data(String path, Consumer<Znode> then) {
    handle.getData(
        path, false, (rc, _, _, data, stat) -> then.accept(Znode.data(rc, path, data, stat)), null);
  }

  /** Asks for the names of its children. */
  void children(String path, Consumer<Znode> then) {
    handle.getChildren(
        path,
        false,
        (rc, _, _, children, stat) ->
            then.accept(
                rc == Code.OK.intValue()
                    ? new Znode(Code.OK, path, Optional.empty(), stat, children)
                    : Znode.failed(rc, path)),
        null);
  }

  /** What is known of a znode but its value; empty if it is not there. */
  Optional<Stat> stat(String path) throws StoreException, InterruptedException {
    CompletableFuture<Znode> answer = new CompletableFuture<>();
    handle.exists(
        path,
        false,
        (rc, _, _, stat) ->
            answer.complete(
                rc == Code.OK.intValue()
                    ? new Znode(Code.OK, path, Optional.empty(), stat, List.of())
                    : Znode.failed(rc, path)),
        null);
    Znode found = await(answer);
    accept(found.code(), path, Code.NONODE);
    return Optional.ofNullable(found.stat());
  }

  /** Lets this member know what the leader knew when it was asked. */
  void sync(String path) throws StoreException, InterruptedException {
    CompletableFuture<Integer> answer = new CompletableFuture<>();
    handle.sync(path, (rc, _, _) -> answer.complete(rc), null);
    accept(Code.get(await(answer)), path);
  }

  /**
   * Does all of these, or none.
   *
   * @param refusals that are not the store's fault
   */
  Code all(String path, List<Op> changes, Code... refusals)
      throws StoreException, InterruptedException {
    CompletableFuture<Integer> answer = new CompletableFuture<>();
    handle.multi(changes, (rc, _, _, _) -> answer.complete(rc), null);
    Code code = Code.get(await(answer));
    accept(code, path, refusals);
    return code;
  }

  /** Throws unless all is well, or this is what may be. */
  void accept(Code code, String path, Code... refusals) throws StoreException {
    if (code != Code.OK && !List.of(refusals).contains(code)) {
      throw failure(code, path);
    }
  }

  private StoreException failure(Code code, String path) {
    KeeperException cause = KeeperException.create(code, path);
    return switch (code) {
      case CONNECTIONLOSS, SESSIONEXPIRED, SESSIONMOVED ->
          new Lost(link + " has ended the connection", cause);
      case NOAUTH ->
          new StoreException(
              link + ": " + path + " may not be read or written by " + who() + ": see its ACL",
              cause);
      default -> new StoreException(link + ": " + cause.getMessage(), cause);
    };
  }

  private String who() {
    return link.options().user().map(user -> "user " + user).orElse("nobody in particular");
  }

  StoreException noAnswer() {
    return new StoreException(
        link + " does not answer within " + link.options().timeout().toMillis() + " ms");
  }

  <T> T await(CompletableFuture<T> answer) throws StoreException, InterruptedException {
    try {
      return answer.get(link.options().timeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw noAnswer();
    } catch (ExecutionException e) {
      throw new IllegalStateException("answers are never exceptions", e);
    }
  }

  @Override
  public String toString() {
    return link.toString();
  }
}
