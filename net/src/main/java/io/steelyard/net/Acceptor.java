package io.steelyard.net;

/** Takes the connections that a listening socket accepts. Called by the loop's thread. */
public interface Acceptor {
  /**
   * A client has connected; reading starts when this returns. The result handles its events; it
   * does not matter if the connection was closed here.
   */
  ConnectionHandler accepted(Connection connection);

  /**
   * Accepting failed, most often for want of descriptors: pause it for a while, or it fails again
   * at once.
   */
  void acceptFailed(int listenFd, int errno);
}
