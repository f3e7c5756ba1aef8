package io.steelyard.sim.world;

import io.steelyard.core.pool.Lease;
import io.steelyard.core.pool.Tried;
import io.steelyard.core.pool.WaitQueue;

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
  boolean retrying;
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
