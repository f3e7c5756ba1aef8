package io.steelyard.proxy;

import io.steelyard.core.session.SessionEntry;
import io.steelyard.wire.http1.RequestHead;
import io.steelyard.wire.http1.ResponseHead;

/** Tells which session of a pool a request belongs to. Loop thread only. */
interface Sessions {
  /**
   * Looks into the request whose head was parsed last.
   *
   * @param in the array that it was parsed in
   * @param addressKey the key of its client's address
   * @param bond gets what was found; cleared before
   */
  void look(RequestHead head, byte[] in, long addressKey, Bond bond);

  /** Looks at a client of whom nothing is known but its address, by its key. */
  void look(long addressKey, Bond bond);

  /**
   * Others were asked for a session that was not known here.
   *
   * @param entry what they know of it, which goes on; null: nothing
   * @param bond as {@link #look} left it; gets what is known now
   */
  void heard(SessionEntry entry, Bond bond);

  /**
   * The request goes to this server.
   *
   * @param bond says in its result how that came about
   */
  void placed(Bond bond, int server);

  /** The cookie that is the balancer's own, by which servers are not to be bothered; null: none. */
  byte[] ownCookie();

  /**
   * The response's head is there.
   *
   * @param in the array that it was parsed in
   * @param server the index of the server that gave it
   * @param lines gets header lines for the client
   * @return how many bytes of lines there are
   */
  int answered(ResponseHead head, byte[] in, Bond bond, int server, byte[] lines);
}
