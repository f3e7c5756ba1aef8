package io.steelyard.sim.world;

import io.steelyard.core.server.Outcome;

/**
 * One try of a request as the server has it. Outlives the request when the balancer has given up
 * waiting: a server does not notice. Used again and again.
 */
final class Job {
  final int number;

  /** Grows when an event that was made for this job no longer holds. */
  int turn;

  Machine machine;

  /** Who waits for it; null when nobody does any more. */
  Request request;

  /** How it will end. */
  Outcome outcome = Outcome.GOOD;

  /** Nothing of the request had been sent. */
  boolean refused;

  long serviceNs;
  long doneAtNs;
  long bytes;

  /** Its place among those that its machine works at; negative when it is not worked at. */
  int place = -1;

  Job(int number) {
    this.number = number;
  }
}
