package io.steelyard.net.tls;

import io.steelyard.net.Buffer;
import io.steelyard.net.Connection;
import io.steelyard.net.Loop;

/**
 * What libssl writes, until it is sent: shared by all connections of a loop, for each empties it
 * right after each call. Loop thread only.
 */
public final class TlsMemory {
  private final Loop loop;
  private long bio;
  private volatile int connections;

  /** Takes nothing before a connection needs it. */
  public TlsMemory(Loop loop) {
    this.loop = loop;
  }

  /** Connections that hold something of libssl now. Any thread. */
  public int connections() {
    return connections;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // the loop alone writes it
  void came() {
    connections++;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate")
  void gone() {
    connections--;
  }

  /** Between two calls it always is: or somebody else would get what was written for one. */
  boolean isEmpty(LibSsl lib) {
    return bio == 0 || lib.unread(bio) == 0;
  }

  /** Forgets what was written and is not to be sent. */
  void drop(LibSsl lib) {
    lib.empty(bio);
  }

  Loop loop() {
    return loop;
  }

  long bio(LibSsl lib) {
    if (bio == 0) {
      bio = lib.newMemory();
    }
    return bio;
  }

  /**
   * Sends all that is there.
   *
   * @param more whether further bytes follow at once
   * @return false when there was no buffer for it: then some of it is lost
   */
  boolean sendTo(Connection raw, LibSsl lib, boolean more) {
    int left = lib.unread(bio);
    while (left > 0) {
      Buffer b = loop.takeBuffer();
      if (b == null) {
        lib.empty(bio);
        return false;
      }
      int n = lib.take(bio, b.memory().address(), Buffer.CAPACITY);
      if (n <= 0) {
        b.release();
        return true;
      }
      left -= n;
      raw.send(b.range(0, n), more || left > 0);
    }
    return true;
  }

  /** Gives the memory back, once no connection is left. */
  public void close() {
    LibSsl.FOUND.ifPresent(lib -> {
      if (bio != 0) {
        lib.freeBio(bio);
        bio = 0;
      }
    });
  }
}
