package io.steelyard.share;

import io.steelyard.cluster.Fact;
import io.steelyard.cluster.FactBook;
import io.steelyard.cluster.Message;
import io.steelyard.cluster.MessageCodec;
import io.steelyard.core.session.Keyring;
import io.steelyard.share.seal.Seal;
import io.steelyard.share.store.Store;
import io.steelyard.share.store.Store.UnavailableException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** All facts in one sealed value of a store, which every node changes as a whole. */
final class StoreFacts {
  private final Store store;
  private final Keyring secrets;
  private final Consumer<Fact> news;
  private final FactBook book;
  private final AtomicBoolean owed = new AtomicBoolean();

  StoreFacts(Store store, Keyring secrets, FactBook book, Consumer<Fact> news) {
    this.store = store;
    this.secrets = secrets;
    this.book = book;
    this.news = news;
  }

  /** Says something here; it is owed to the store then. */
  Optional<Fact> say(String name, byte[] value, long nowMs) {
    Optional<Fact> said = book.say(name, value, nowMs);
    said.ifPresent(fact -> owed.set(true));
    return said;
  }

  /** What had no room, since the beginning. */
  long refused() {
    return book.refused();
  }

  /** Takes in what another node says. */
  void heard(List<Fact> facts) {
    facts.stream().filter(book::merge).forEach(news);
  }

  /** Takes in what the store has, and gives it what is owed. Blocks. */
  void exchange(long nowMs) throws UnavailableException {
    Seal seal = new Seal(secrets);
    List<Fact> kept = List.of();
    // Behind the first secret stands what was kept before the cluster's key was changed.
    for (int i = secrets.size() - 1; i >= 0; i--) {
      byte[] value = store.read(List.of(key(seal, i))).getFirst();
      kept = value == null ? List.of() : read(seal, key(seal, i), value).orElse(List.of());
      heard(kept);
    }
    if (!kept.equals(book.all())) {
      owed.set(true);
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

  private static String key(Seal seal, int secret) {
    return "facts:" + seal.id(secret);
  }

  private ByteBuffer written() {
    return MessageCodec.written(new Message.Facts(book.all()));
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
