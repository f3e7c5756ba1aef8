package io.steelyard.app.node.sharing;

import io.steelyard.cluster.Fact;
import io.steelyard.cluster.FactBook;
import io.steelyard.cluster.Message;
import io.steelyard.cluster.MessageCodec;
import io.steelyard.share.SharedState;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * What the nodes tell each other beside sessions. All is said and followed in turn, on one thread,
 * as the book has it by then: so the later word holds, though words may overtake each other.
 */
final class SharedFacts implements AutoCloseable {
  /** Does what is said of something. */
  interface Follower {
    /** In turn. */
    void follow(String name, byte[] value);
  }

  private final FactBook book;
  private final CurrentCarrier carrier;
  private final Follower follower;

  private final ExecutorService turns =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("says").factory());

  /**
   * Nothing is said yet.
   *
   * @param book what was said last, by whichever node and through whichever carrier
   */
  SharedFacts(FactBook book, CurrentCarrier carrier, Follower follower) {
    this.book = book;
    this.carrier = carrier;
    this.follower = follower;
  }

  /** All of them. */
  byte[] written() {
    ByteBuffer written = MessageCodec.written(new Message.Facts(book.all()));
    byte[] bytes = new byte[written.remaining()];
    written.get(bytes);
    return bytes;
  }

  /** Takes in what {@link #written} gave elsewhere, and does what it says. */
  void learn(byte[] written) {
    try {
      if (MessageCodec.read(ByteBuffer.wrap(written)) instanceof Message.Facts(var facts)) {
        facts.forEach(book::merge);
        followAll();
      }
    } catch (MessageCodec.MalformedException e) {
      throw new IllegalArgumentException("no facts: " + e.getMessage(), e);
    }
  }

  /** What is said of something; empty: nothing, or nothing any more. */
  Optional<byte[]> value(String name) {
    return book.value(name);
  }

  /** Tells the others, and does itself what it says; returns at once. */
  void say(String name, byte[] value) {
    turns.execute(() -> sayInTurn(name, () -> value));
  }

  /**
   * Says what can only be known when its turn has come. Blocks until it is said.
   *
   * @return whether it could be said
   */
  boolean sayAndWait(String name, Supplier<byte[]> value) {
    return CompletableFuture.supplyAsync(() -> sayInTurn(name, value), turns).join();
  }

  private boolean sayInTurn(String name, Supplier<byte[]> value) {
    SharedState with = carrier.state();
    if (with == null) {
      return false;
    }
    boolean said = with.say(name, value.get());
    follow(name);
    return said;
  }

  /** Some node has said so. */
  void heard(Fact fact) {
    turns.execute(() -> follow(fact.name()));
  }

  /** Does all that has ever been said: what it is said of may have come since. */
  void followAll() {
    turns.execute(() -> book.all().forEach(fact -> follow(fact.name())));
  }

  private void follow(String name) {
    book.value(name).ifPresent(value -> follower.follow(name, value));
  }

  /** Nothing is said or followed any more. */
  @Override
  public void close() {
    turns.shutdownNow();
  }
}
