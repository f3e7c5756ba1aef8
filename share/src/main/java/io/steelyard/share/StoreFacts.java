package io.steelyard.share;

import io.steelyard.cluster.Fact;
import io.steelyard.cluster.FactBook;
import io.steelyard.cluster.Message;
import io.steelyard.cluster.MessageCodec;
import io.steelyard.core.session.Keyring;
import io.steelyard.share.Store.UnavailableException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** All facts in one sealed value of a store, which every node changes as a whole. */
final class StoreFacts {
  private final Store store;
  private final Keyring secrets;
  private final Consumer<Fact> news;
  private final FactBook book;
  private final ReentrantLock lock = new ReentrantLock();
  private final AtomicBoolean owed = new AtomicBoolean();

  StoreFacts(Store store, Keyring secrets, int origin, Consumer<Fact> news) {
    this.store = store;
    this.secrets = secrets;
    this.news = news;
    this.book = new FactBook(origin);
  }

  /** Says something here; it is owed to the store then. */
  Optional<Fact> say(String name, byte[] value, long nowMs) {
    lock.lock();
    try {
      Optional<Fact> said = book.say(name, value, nowMs);
      said.ifPresent(fact -> owed.set(true));
      return said;
    } finally {
      lock.unlock();
    }
  }

  /** Takes in what another node says. */
  void heard(List<Fact> facts) {
    List<Fact> fresh = new ArrayList<>();
    lock.lock();
    try {
      facts.stream().filter(book::merge).forEach(fresh::add);
    } finally {
      lock.unlock();
    }
    fresh.forEach(news);
  }

  /** Takes in what the store has, and gives it what is owed. Blocks. */
  void exchange(long nowMs) throws UnavailableException {
    Seal seal = new Seal(secrets);
    for (int i = 0; i < secrets.size(); i++) {
      byte[] value = store.read(List.of(key(seal, i))).getFirst();
      if (value != null) {
        read(seal, key(seal, i), value).ifPresent(this::heard);
      }
    }
    if (owed.compareAndSet(true, false)) {
      give(seal, nowMs);
    }
  }

  private void give(Seal seal, long nowMs) throws UnavailableException {
    String key = key(seal, 0);
    try {
      store.update(
          key,
          before -> {
            if (before != null) {
              read(seal, key, before).ifPresent(this::heard);
            }
            return seal.seal(key, new byte[0], written(), nowMs);
          });
    } catch (UnavailableException e) {
      owed.set(true);
      throw e;
    }
  }

  /** The store has lost all. */
  void owe() {
    owed.set(true);
  }

  private static String key(Seal seal, int secret) {
    return "facts:" + seal.id(secret);
  }

  private ByteBuffer written() {
    ByteBuffer out = ByteBuffer.allocate(MessageCodec.BYTES_MAX);
    lock.lock();
    try {
      MessageCodec.write(new Message.Facts(book.all()), out);
    } finally {
      lock.unlock();
    }
    return out.flip();
  }

  private static Optional<List<Fact>> read(Seal seal, String key, byte[] value) {
    try {
      ByteBuffer plain = seal.open(key, 0, value).orElse(null);
      return plain != null && MessageCodec.read(plain) instanceof Message.Facts(List<Fact> facts)
          ? Optional.of(facts)
          : Optional.empty();
    } catch (MessageCodec.MalformedException e) {
      return Optional.empty();
    }
  }
}
