package io.steelyard.share.store;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * A store beside the balancers that keeps what they share: Redis, Memcached. It understands nothing
 * of what it keeps. All methods but {@link #close} block until the store has answered, at most the
 * time-out that it was opened with; any number of threads may call at a time.
 */
public interface Store extends AutoCloseable {
  /** In a value, of which the greater one wins, compared as unsigned bytes. */
  int RANK_BYTES = 16;

  /** What is kept under a key. Whoever makes one leaves the value alone afterwards. */
  final class Item {
    private final String key;
    private final byte[] value;
    private final int ttlS;

    /**
     * An item.
     *
     * @param key printable ASCII without blanks, at most 200 characters
     * @param value begins with its rank, of {@link #RANK_BYTES} bytes
     * @param ttlS after which it may be forgotten, in seconds, at least 1
     */
    public Item(String key, byte[] value, int ttlS) {
      this.key = key;
      this.value = value;
      this.ttlS = ttlS;
    }

    /** Its key. */
    public String key() {
      return key;
    }

    /** Its value, not a copy. */
    public byte[] value() {
      return value;
    }

    /** How long it is kept at least, in seconds. */
    public int ttlS() {
      return ttlS;
    }
  }

  /** Another round trip may find it again: nothing is known of what was asked. */
  final class UnavailableException extends Exception {
    private static final long serialVersionUID = 1;

    /** Says what failed, where, and why, without secrets. */
    public UnavailableException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The values of those keys, in their order; null where there is none. In few round trips. */
  List<byte[]> read(List<String> keys) throws UnavailableException;

  /**
   * Writes each item unless a value of the same or a higher rank is there: also when other nodes
   * write at the same time. In few round trips.
   */
  void write(List<Item> items) throws UnavailableException;

  /**
   * Changes one value as a whole: nothing that another node writes meanwhile is lost.
   *
   * @param change of the value that is there, null if none, to the one that is to be there; called
   *     again when another node was faster
   * @return what is there now
   */
  byte[] update(String key, UnaryOperator<byte[]> change) throws UnavailableException;

  /** Tells all nodes that listen something, this one included; who is away misses it. */
  void publish(byte[] message) throws UnavailableException;

  /**
   * Calls {@code listener} with what nodes publish, one message after the other, from now on until
   * the store is closed, in a thread of its own. After a gap in the connection it goes on.
   *
   * @param missed called when messages may have been missed
   */
  void subscribe(Consumer<byte[]> listener, Runnable missed);

  /**
   * A name of the store's content as a whole, the same for all nodes, which is another one as soon
   * as the store has lost something: it was emptied, restarted, or replaced.
   */
  String content() throws UnavailableException;

  /** Which store it is, for people: without secrets. */
  @Override
  String toString();

  @Override
  void close();
}
