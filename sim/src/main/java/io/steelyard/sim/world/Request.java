package io.steelyard.sim.world;

import io.steelyard.core.pool.Lease;
import io.steelyard.core.pool.Tried;
import io.steelyard.core.pool.WaitQueue;
import io.steelyard.core.server.Outcome;

/** A request as the balancer has it, from its arrival to its answer. Used again and again. */
final class Request {
  static final int NO_CLIENT = -1;

  final int number;
  final Tried tried = new Tried();
  final Lease lease = new Lease();
  final WaitQueue.Ticket<Request> ticket = new WaitQueue.Ticket<>(this);

  /** Grows with each try and with the end, so that deadlines of before are told. */
  int turn;

  int loop;
  int client;
  int server;
  int tries;
  long key;
  long arrivedNs;
  long sentNs;
  boolean idempotent;

  /** It has a part of the retry budget, from its first retry to its end. */
  boolean retrying;

  /** Why it has to be tried again, while it waits for the budget; else null. */
  Outcome failure;

  /** It is at a server that was up when it was sent there. */
  boolean sentToUp;

  boolean live;

  /** Its work at the server; null while it has none, or the server is out of reach. */
  Job job;

  Request(int number) {
    this.number = number;
  }

  void begin(int onLoop, int ofClient, long hashKey, boolean isIdempotent, long nowNs) {
    loop = onLoop;
    client = ofClient;
    key = hashKey;
    idempotent = isIdempotent;
    arrivedNs = nowNs;
    tries = 0;
    live = true;
    tried.clear();
  }
}
