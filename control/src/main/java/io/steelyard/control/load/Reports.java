package io.steelyard.control.load;

import io.steelyard.core.health.Wish;
import io.steelyard.core.server.ServerState;

/** Takes what servers report. Called by many threads at once. */
public interface Reports {
  /** A report was taken; its load, if it said one, has reached the server's state already. */
  void taken(ServerState server);

  /** A report was not understood, and ignored. */
  void broken(ServerState server, String why);

  /** No report could be had. */
  void missing(ServerState server, String why);

  /** A server asks for something; {@code why} says what makes us think so. */
  void asked(ServerState server, Wish wish, String why);
}
