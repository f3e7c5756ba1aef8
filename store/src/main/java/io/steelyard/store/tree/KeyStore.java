package io.steelyard.store.tree;

import java.time.Duration;

/**
 * A tree of keys that several nodes share. All methods block and may be called by any thread, by
 * several at once; what is broken off by {@link #close} or an interrupt fails.
 */
public interface KeyStore extends AutoCloseable {
  /** Values that are longer are refused, in bytes: what stores take at most. */
  int VALUE_BYTES_MAX = 1 << 20;

  /** Keys in one tree. */
  int KEYS_MAX = 20_000;

  /** The tree as it is now, at least as new as what this store's last write made of it. */
  Tree read() throws StoreException, InterruptedException;

  /**
   * Waits until the tree is newer.
   *
   * @param known what the caller has; best the one that was returned last
   * @return the newest tree, or {@code known} when there was no change in that time
   * @throws StoreException when the store is away: whether there were changes cannot be told
   */
  Tree awaitNewer(Tree known, Duration atMost) throws StoreException, InterruptedException;

  /**
   * Writes a key if it still is what the writer saw.
   *
   * @param version the key's version as seen, 0 if it was not there
   * @return whether it was written
   */
  boolean write(String key, String value, long version) throws StoreException, InterruptedException;

  /** Removes a key if it still is what the caller saw; whether it was removed. */
  boolean remove(String key, long version) throws StoreException, InterruptedException;

  /**
   * Keys that vanish with whoever wrote them.
   *
   * @param ttl after which they vanish unless the lease is renewed; at least 2 s
   */
  Lease lease(Duration ttl) throws StoreException, InterruptedException;

  /** Keys that vanish unless this is renewed in time. */
  interface Lease extends AutoCloseable {
    /** Writes a key, whatever stood there. */
    void write(String key, String value) throws StoreException, InterruptedException;

    /** Renews it; fails when it has run out, with all its keys gone. */
    void renew() throws StoreException, InterruptedException;

    /** Lets its keys vanish now, if the store can be reached. */
    @Override
    void close();
  }

  /** Where it is, without secrets. */
  @Override
  String toString();

  @Override
  void close();
}
