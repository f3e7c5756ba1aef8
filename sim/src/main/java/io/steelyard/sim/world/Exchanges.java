package io.steelyard.sim.world;

import io.steelyard.core.balance.Balancer;
import io.steelyard.core.pool.Refusal;
import io.steelyard.core.pool.RetryBudget;
import io.steelyard.core.pool.RetryTurns;
import io.steelyard.core.pool.WaitQueue;
import io.steelyard.core.pool.WaitQueue.Kind;
import io.steelyard.core.server.Outcome;
import io.steelyard.core.server.PoolState;
import io.steelyard.core.snapshot.PoolLimits;
import io.steelyard.core.snapshot.PoolTimeouts;
import io.steelyard.sim.engine.EventQueue;
import io.steelyard.sim.engine.Zipf;
import io.steelyard.sim.plan.Arrivals;
import io.steelyard.sim.plan.PoolPlan;
import io.steelyard.sim.plan.Scenario;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Requests from their arrival to their answer, as the data plane leads them: pick, take a place,
 * send; on failure try another server if that is safe; wait when all are full, or when there are as
 * many retries as may be.
 *
 * <pre>
 *   arrive --> pick --> send --> answered
 *               |  ^      |
 *          all full |     failed, safe: pick again as soon as the budget allows
 *               v  room
 *              wait --> its time is over: refused
 * </pre>
 */
final class Exchanges {
  /** What a client needs for another request after an error at least. */
  private static final long AFTER_ERROR_NS = 1_000_000;

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final Scenario scenario;
  private final EventQueue queue;
  private final Machine[] machines;
  private final Node node;
  private final Witness witness;
  private final Statistics statistics;
  private final PoolLimits limits;
  private final PoolTimeouts timeouts;
  private final Zipf keys;
  private final RandomGenerator arrivalChance;
  private final RandomGenerator loopChance;
  private final RandomGenerator keyChance;
  private final RandomGenerator byteChance;
  private final Jobs jobs = new Jobs();
  private final List<Request> requests = new ArrayList<>();
  private final ArrayDeque<Request> free = new ArrayDeque<>();
  private final List<WaitQueue<Request>> waiting = new ArrayList<>();

  /** Those of each loop that wait for the retry budget. */
  private final List<WaitQueue<Request>> elsewhere = new ArrayList<>();

  private final List<WaitQueue<Request>> retrying = new ArrayList<>();

  private final List<RetryTurns> turns = new ArrayList<>();

  private final boolean[] queueArmed;
  private final Deadlines deadlines;
  private int live;
  private int retries;
  private int wakeTurn;
  private int waitingCount;

  Exchanges(
      Scenario scenario,
      PoolPlan plan,
      EventQueue queue,
      Machine[] machines,
      Node node,
      Witness witness,
      Statistics statistics,
      SplittableRandom seeds) {
    this.scenario = scenario;
    this.queue = queue;
    this.machines = machines;
    this.node = node;
    this.witness = witness;
    this.statistics = statistics;
    this.limits = plan.limits();
    this.timeouts = plan.timeouts();
    this.keys = new Zipf(scenario.keys().number(), scenario.keys().exponent());
    this.arrivalChance = seeds.split();
    this.loopChance = seeds.split();
    this.keyChance = seeds.split();
    this.byteChance = seeds.split();
    this.deadlines = new Deadlines(queue);
    this.queueArmed = new boolean[scenario.loops()];
    for (int i = 0; i < scenario.loops(); i++) {
      waiting.add(new WaitQueue<>(node.pool().state(), i, Kind.ROOM));
      elsewhere.add(new WaitQueue<>(node.pool().state(), i, Kind.ROOM_ELSEWHERE));
      retrying.add(new WaitQueue<>(node.pool().state(), i, Kind.BUDGET));
      turns.add(new RetryTurns());
    }
  }

  /** Requests under way. */
  int live() {
    return live;
  }

  void begin() {
    switch (scenario.arrivals()) {
      case Arrivals.Rate rate -> nextArrival(rate);
      case Arrivals.Clients clients -> {
        for (int i = 0; i < clients.number(); i++) {
          // Not all at the same moment.
          queue.add(arrivalChance.nextLong(AFTER_ERROR_NS), Event.of(Event.CLIENT, i));
        }
      }
    }
  }

  void happen(long event) {
    int whom = Event.whom(event);
    switch (Event.kind(event)) {
      case Event.ARRIVAL -> {
        arrive(Request.NO_CLIENT);
        nextArrival((Arrivals.Rate) scenario.arrivals());
      }
      case Event.CLIENT -> arrive(whom);
      case Event.JOB -> jobEnds(event, jobs.of(whom));
      case Event.DEADLINE -> deadline(event);
      case Event.DEADLINES -> deadlines();
      case Event.QUEUE_DEADLINE -> queueDeadline(whom);
      default -> throw new IllegalStateException("event " + Event.kind(event));
    }
  }

  private void nextArrival(Arrivals.Rate rate) {
    long at = queue.nowNs() + (long) (1e9 / rate.perSecond() * arrivalChance.nextExponential());
    if (at < scenario.durationNs()) {
      queue.add(at, Event.of(Event.ARRIVAL, 0));
    }
  }

  private void nextOf(int client, boolean failed) {
    long pause = ((Arrivals.Clients) scenario.arrivals()).pauseNs().draw(arrivalChance);
    long at = queue.nowNs() + (failed ? Math.max(pause, AFTER_ERROR_NS) : pause);
    if (at < scenario.durationNs()) {
      queue.add(at, Event.of(Event.CLIENT, client));
    }
  }

  private void arrive(int client) {
    Request request = free.pollLast();
    if (request == null) {
      request = new Request(requests.size());
      requests.add(request);
    }
    int loop = scenario.loops() == 1 ? 0 : loopChance.nextInt(scenario.loops());
    // A client on a connection of its own stays on that connection's loop.
    loop = client == Request.NO_CLIENT ? loop : client % scenario.loops();
    boolean idempotent =
        scenario.idempotentShare() >= 1 || keyChance.nextDouble() < scenario.idempotentShare();
    request.begin(loop, client, key(), idempotent, queue.nowNs());
    live++;
    if (node.pool().state().newcomersWaiting() == 0) {
      attempt(request);
    } else {
      // Nobody overtakes.
      await(request, Refusal.ALL_FULL);
    }
  }

  /** Keys come as hashes, so that neighbours have nothing in common. */
  private long key() {
    long key = (keys.draw(keyChance) + 1) * GOLDEN;
    key = (key ^ key >>> 32) * GOLDEN;
    return key ^ key >>> 29;
  }

  /** Sends it to a server if one can be had; otherwise it waits or is refused. */
  private void attempt(Request request) {
    int server = pickAndTake(request);
    if (server != Balancer.NONE) {
      send(request, server);
      return;
    }
    Refusal refusal = node.whyNone(request.loop, request.tried);
    if (refusal.passes()) {
      await(request, refusal);
    } else {
      givenUp(request);
      refuse(request, refusal);
    }
  }

  private int pickAndTake(Request request) {
    int server = node.pick(request.loop, request.key, request.tried, queue.nowNs());
    if (server == Balancer.NONE) {
      return Balancer.NONE;
    }
    witness.picked(server, request.tried, queue.nowNs());
    return node.take(request.lease, server, request.loop, queue.nowNs()) ? server : Balancer.NONE;
  }

  private void send(Request request, int server) {
    long now = queue.nowNs();
    Machine machine = machines[server];
    witness.begun(server, now);
    statistics.sent(server, request.tries > 0, now);
    request.server = server;
    request.sentNs = now;
    request.sentToUp = isUp(server);
    request.tries++;
    request.turn++;
    long waits = timeouts.response().toNanos();
    if (machine.reachable()) {
      request.job = jobs.begin(machine, request);
      request.job.bytes = scenario.bytes().draw(byteChance);
      machine.accept(request.job);
    } else {
      request.job = null;
      waits = timeouts.connect().toNanos();
    }
    long total = timeouts.total().toNanos();
    long until = now + waits;
    if (total > 0) {
      until = Math.max(now, Math.min(until, request.arrivedNs + total));
    }
    deadlines.add(until, Event.of(Event.DEADLINE, request.turn, request.number));
  }

  private void jobEnds(long event, Job job) {
    if (!Event.isOfTurn(event, job.turn)) {
      return;
    }
    Request request = job.request;
    job.machine.finish(job);
    if (request != null && !job.machine.reachable()) {
      // What it answers gets lost; the request waits until its time is over.
      request.job = null;
    } else if (request != null) {
      request.job = null;
      tryEnds(request, job);
    }
    jobs.end(job);
  }

  private void tryEnds(Request request, Job job) {
    Outcome outcome = job.outcome;
    long now = queue.nowNs();
    if (outcome == Outcome.GOOD) {
      node.answered(request.server, request.loop, now - request.sentNs, job.bytes, now);
    }
    if (request.retrying && outcome != Outcome.BROKEN) {
      turns.get(request.loop).answered();
    }
    release(request, outcome);
    if (outcome == Outcome.GOOD) {
      statistics.answered(request.arrivedNs, now);
      end(request, false);
    } else if (outcome == Outcome.BROKEN) {
      tryElsewhere(request, outcome, job.refused);
    } else {
      fail(request, outcome);
    }
    wake();
  }

  private void release(Request request, Outcome outcome) {
    long now = queue.nowNs();
    request.turn++;
    request.sentToUp = false;
    node.ended(request.server, request.loop, outcome, now);
    node.release(request.lease, request.server, request.loop, now);
    witness.ended(request.server, now);
  }

  /** It has failed at a server: goes to another, now or when the budget allows, or not at all. */
  private void tryElsewhere(Request request, Outcome outcome, boolean nothingSent) {
    if (!mayBeRepeated(request, nothingSent)) {
      givenUp(request);
      fail(request, outcome);
    } else if (takeBudget(request)) {
      tryAgain(request);
    } else {
      awaitBudget(request, outcome);
    }
  }

  /** It has failed for good; if that was a retry, retries may be of no use. */
  private void givenUp(Request request) {
    if (request.retrying && request.tries > 1) {
      turns.get(request.loop).failed();
    }
  }

  private boolean mayBeRepeated(Request request, boolean nothingSent) {
    boolean safe = nothingSent || request.idempotent || limits.retriesUnsafe();
    long total = timeouts.total().toNanos();
    boolean inTime = total == 0 || queue.nowNs() - request.arrivedNs < total;
    return safe && inTime && request.tries <= limits.retries();
  }

  private void tryAgain(Request request) {
    request.tried.add(request.server);
    attempt(request);
  }

  /** A part of the budget, once for each request; false when it is used up. */
  private boolean takeBudget(Request request) {
    if (!request.retrying && node.mayRetry()) {
      witness.retried(retries++, queue.nowNs());
      request.retrying = true;
      node.retryBegins(request.loop);
    }
    return request.retrying;
  }

  /** A crash loses many requests at once, more than may be tried again at a time: in turns. */
  private void awaitBudget(Request request, Outcome outcome) {
    request.failure = outcome;
    if (!turns.get(request.loop).allowed()
        || !RetryBudget.mayComeFree(node.pool().state())
        || !join(retrying.get(request.loop), request, timeouts.response())) {
      request.failure = null;
      fail(request, outcome);
    }
  }

  private void fail(Request request, Outcome outcome) {
    statistics.failed(outcome, request.arrivedNs);
    end(request, true);
  }

  private boolean join(WaitQueue<Request> line, Request request, Duration longest) {
    long total = timeouts.total().toNanos();
    long last = total == 0 ? Long.MAX_VALUE : request.arrivedNs + total;
    long deadline = Math.min(queue.nowNs() + longest.toNanos(), last);
    if (!line.join(request.ticket, deadline, limits.queue())) {
      return false;
    }
    witness.waits(++waitingCount);
    armQueue(request.loop);
    return true;
  }

  private void await(Request request, Refusal refusal) {
    if (limits.queue() == 0) {
      refuse(request, refusal);
    } else if (!join(lineOf(request), request, timeouts.queue())) {
      refuse(request, Refusal.QUEUE_FULL);
    }
  }

  /** Who has been tried somewhere waits for the other servers, and holds up nobody else. */
  private WaitQueue<Request> lineOf(Request request) {
    return (request.tried.isEmpty() ? waiting : elsewhere).get(request.loop);
  }

  private void refuse(Request request, Refusal refusal) {
    witness.refused(refusal, request.tried, queue.nowNs());
    statistics.refused(refusal, request.arrivedNs);
    end(request, true);
  }

  private void end(Request request, boolean failed) {
    int client = request.client;
    if (request.retrying) {
      request.retrying = false;
      retries--;
      node.retryEnds(request.loop);
    }
    request.live = false;
    request.turn++;
    live--;
    free.addLast(request);
    if (client != Request.NO_CLIENT) {
      nextOf(client, failed);
    }
  }

  /** There may be room, other servers or budget: those who wait are tried, loops in turn. */
  void wake() {
    PoolState pool = node.pool().state();
    for (int idle = 0; idle < scenario.loops() && pool.waiting() > 0; ) {
      wakeTurn = wakeTurn + 1 < scenario.loops() ? wakeTurn + 1 : 0;
      idle = wakeLoop(wakeTurn) ? 0 : idle + 1;
    }
  }

  private boolean wakeLoop(int loop) {
    return wakeRetry(retrying.get(loop)) || wake(elsewhere.get(loop)) || wake(waiting.get(loop));
  }

  /** Whether the first of those who wait for the budget waits no longer. */
  private boolean wakeRetry(WaitQueue<Request> line) {
    Request request = line.first();
    if (request == null) {
      return false;
    }
    boolean hopeless =
        !turns.get(request.loop).allowed() || !RetryBudget.mayComeFree(node.pool().state());
    if (!takeBudget(request)) {
      if (hopeless) {
        leave(line, request);
        Outcome failure = request.failure;
        request.failure = null;
        fail(request, failure);
      }
      return hopeless;
    }
    leave(line, request);
    request.failure = null;
    tryAgain(request);
    return true;
  }

  /** Whether the first of those who wait waits no longer. */
  private boolean wake(WaitQueue<Request> queued) {
    Request request = queued.first();
    if (request == null) {
      return false;
    }
    int server = pickAndTake(request);
    if (server != Balancer.NONE) {
      leave(queued, request);
      send(request, server);
      return true;
    }
    Refusal refusal = node.whyNone(request.loop, request.tried);
    if (refusal.passes()) {
      return false;
    }
    leave(queued, request);
    refuse(request, refusal);
    return true;
  }

  private void leave(WaitQueue<Request> queued, Request request) {
    queued.leave(request.ticket);
    witness.waits(--waitingCount);
  }

  private void armQueue(int loop) {
    long room = Math.min(nextDeadlineNs(waiting.get(loop)), nextDeadlineNs(elsewhere.get(loop)));
    long due = Math.min(room, nextDeadlineNs(retrying.get(loop)));
    if (!queueArmed[loop] && due != Long.MAX_VALUE) {
      queueArmed[loop] = true;
      queue.add(Math.max(queue.nowNs(), due), Event.of(Event.QUEUE_DEADLINE, loop));
    }
  }

  private static long nextDeadlineNs(WaitQueue<Request> line) {
    return line.isEmpty() ? Long.MAX_VALUE : line.nextDeadlineNs();
  }

  private void queueDeadline(int loop) {
    queueArmed[loop] = false;
    expire(retrying.get(loop));
    expire(elsewhere.get(loop));
    expire(waiting.get(loop));
    armQueue(loop);
    wake();
  }

  private void expire(WaitQueue<Request> line) {
    for (Request r = line.pollExpired(queue.nowNs()); r != null; ) {
      witness.waits(--waitingCount);
      if (r.failure == null) {
        refuse(r, Refusal.QUEUE_TIMEOUT);
      } else {
        Outcome outcome = r.failure;
        r.failure = null;
        fail(r, outcome);
      }
      r = line.pollExpired(queue.nowNs());
    }
  }

  /** Requests that may be sent again do not wait for a server that was found down meanwhile. */
  void leaveDown() {
    if (node.pool().servers().stream().allMatch(s -> s.state().standing().probed().up())) {
      return;
    }
    for (int i = 0; i < requests.size(); i++) {
      Request request = requests.get(i);
      if (request.sentToUp && request.idempotent && !isUp(request.server)) {
        giveUp(request);
        tryElsewhere(request, Outcome.TIMED_OUT, false);
      }
    }
  }

  private boolean isUp(int server) {
    return node.pool().servers().get(server).state().standing().probed().up();
  }

  /** Those whose time has come; then those at the head that are over are forgotten. */
  private void deadlines() {
    deadlines.due();
    while (deadlines.hasDue()) {
      deadline(deadlines.poll());
    }
    while (!deadlines.isEmpty() && isOver(deadlines.peek())) {
      deadlines.poll();
    }
    deadlines.arm();
  }

  private boolean isOver(long event) {
    Request request = requests.get(Event.whom(event));
    return !request.live || !Event.isOfTurn(event, request.turn);
  }

  private void deadline(long event) {
    if (isOver(event)) {
      return;
    }
    Request request = requests.get(Event.whom(event));
    boolean nothingSent = request.job == null && !machines[request.server].reachable();
    giveUp(request);
    tryElsewhere(request, Outcome.TIMED_OUT, nothingSent);
    wake();
  }

  /** The try is over for the balancer; the server does not notice. */
  private void giveUp(Request request) {
    if (request.job != null) {
      request.job.request = null;
      request.job = null;
    }
    release(request, Outcome.TIMED_OUT);
  }
}
