package io.steelyard.admin;

import io.steelyard.admin.Drops.Reason;
import io.steelyard.admin.Places.Place;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Has the requests that come to a listening socket answered: a virtual thread for each connection.
 * Connections are bounded by {@link Places}, and each step of one in time.
 *
 * <pre>
 *   accept --no place--> closed
 *     `--> (TLS) --> head of a request --> answer --+--> farewell, closed
 *            5 s, together     ^                    |      2 s
 *                              `---- 30 s, idle ----'  (if it may ask again)
 * </pre>
 */
final class PlainServer implements AutoCloseable {
  private static final Logger LOG = System.getLogger("steelyard.admin");

  /**
   * How long things may take.
   *
   * @param head from the connection to the end of its first head
   * @param body to send the body of a request, and to take an answer
   * @param request from there until the answer is known
   * @param stream the same for a stream of events: longer than that lasts
   * @param idle until another request is there
   */
  record Limits(Duration head, Duration body, Duration request, Duration stream, Duration idle) {
    static final Limits DEFAULT =
        new Limits(
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofMinutes(1),
            Duration.ofMinutes(5),
            Duration.ofSeconds(30));
  }

  /** To read the answer to the end once it is sent. */
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  /** For the thread that accepts to notice that it shall end. */
  private static final Duration ACCEPTOR_END = Duration.ofSeconds(1);

  private static final int LEFT_BYTES_MAX = 64 * 1024;

  private final ServerSocketChannel listening;
  private final Peer.Door door;
  private final AdminHandler handler;
  private final Limits limits;
  private final Places places;
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

  /** Connections whose request is being answered. */
  private final AtomicInteger answering = new AtomicInteger();

  private final ScheduledThreadPoolExecutor deadlines;
  private volatile Thread acceptor;
  private volatile boolean ending;

  /** Takes over {@code listening}: it is closed with this. */
  PlainServer(
      ServerSocketChannel listening,
      Peer.Door door,
      AdminHandler handler,
      Limits limits,
      Places places) {
    this.listening = listening;
    this.door = door;
    this.handler = handler;
    this.limits = limits;
    this.places = places;
    this.deadlines =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("admin deadlines").factory());
    deadlines.setRemoveOnCancelPolicy(true);
  }

  /** How many connections there are. */
  int busy() {
    return places.taken();
  }

  /** Answers from now on; to be called once. */
  void serve() {
    acceptor = Thread.ofVirtual().name("admin socket").start(this::accept);
  }

  private void accept() {
    while (listening.isOpen()) {
      try {
        take(listening.accept());
      } catch (IOException e) {
        if (listening.isOpen()) {
          LOG.log(Level.WARNING, "the admin API cannot accept: {0}", e.getMessage());
          pause();
        }
      }
    }
  }

  private void take(SocketChannel channel) {
    Places.Taken taken;
    try {
      taken = places.take(door.origin(channel), () -> close(channel));
    } catch (IOException e) {
      // It is gone already.
      close(channel);
      return;
    }
    if (taken.lost()) {
      handler.drops().count(Reason.CROWDED_OUT);
    }
    if (taken.place().isEmpty()) {
      handler.drops().count(Reason.FULL);
      close(channel);
      return;
    }
    open.add(channel);
    Thread.ofVirtual().name("admin request").start(() -> serve(channel, taken.place().get()));
  }

  /** As long as there are no file descriptors, say. */
  private static void pause() {
    try {
      Thread.sleep(Duration.ofMillis(100));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(SocketChannel channel, Place place) {
    try (channel) {
      converse(channel, place);
    } catch (IOException | NotHttp e) {
      // The client is gone or was too slow, or has been told.
    } catch (RuntimeException e) {
      if (listening.isOpen()) {
        LOG.log(Level.ERROR, "a request to the admin API failed", e);
      }
    } finally {
      open.remove(channel);
      places.leave(place);
    }
  }

  /** One request after the other. */
  private void converse(SocketChannel channel, Place place) throws IOException, NotHttp {
    Deadline late = new Deadline(channel);
    try {
      late.in(limits.head(), Reason.SILENT);
      Peer peer = door.open(channel);
      boolean again = true;
      while (again) {
        PlainExchange exchange = exchange(channel, peer, late);
        if (!places.busy(place)) {
          return;
        }
        late.in(EventsResource.isStream(exchange) ? limits.stream() : limits.request(), null);
        exchange.whenAnswered(() -> late.in(limits.body(), null));
        answer(exchange, peer.gate());
        if (!places.idle(place)) {
          return;
        }
        again = exchange.stays() && !ending;
        late.in(limits.idle(), null);
      }
      farewell(channel, peer, late);
    } finally {
      late.cancel();
    }
  }

  private void answer(PlainExchange exchange, Gate gate) throws IOException {
    answering.incrementAndGet();
    try {
      handler.handle(exchange, gate);
    } finally {
      answering.decrementAndGet();
    }
  }

  private PlainExchange exchange(SocketChannel channel, Peer peer, Deadline late)
      throws IOException, NotHttp {
    RewindInput in = peer.in();
    OutputStream out = peer.out();
    try {
      PlainRequest request = PlainRequest.read(in, out);
      Deadline body = new Deadline(channel);
      request.body().within(() -> body.in(limits.body(), null), body::cancel);
      return new PlainExchange(request, peer);
    } catch (NotHttp e) {
      PlainExchange.refuse(out, e.answer());
      farewell(channel, peer, late);
      throw e;
    }
  }

  /** A socket that is closed with something unread in it would tell its peer of a failure. */
  private static void farewell(SocketChannel channel, Peer peer, Deadline late) throws IOException {
    late.in(FAREWELL, null);
    peer.end().close();
    Channels.newInputStream(channel).skip(LEFT_BYTES_MAX);
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // It is given up anyway.
    }
  }

  /** Closes a connection when what it is waited for has not come in time. For one thread. */
  final class Deadline {
    private final SocketChannel channel;
    private Optional<ScheduledFuture<?>> pending = Optional.empty();

    private Deadline(SocketChannel channel) {
      this.channel = channel;
    }

    /** In place of the one before; {@code reason} is counted if it comes to that. */
    void in(Duration patience, Reason reason) {
      cancel();
      pending =
          Optional.of(
              deadlines.schedule(() -> expire(reason), patience.toMillis(), TimeUnit.MILLISECONDS));
    }

    private void expire(Reason reason) {
      if (reason != null) {
        handler.drops().count(reason);
      }
      close(channel);
    }

    void cancel() {
      pending.ifPresent(p -> p.cancel(false));
      pending = Optional.empty();
    }
  }

  /** Accepts nobody any more, and waits until all that were asked have answered. */
  void finish(Duration atMost) throws InterruptedException, IOException {
    ending = true;
    stopAccepting();
    long endNs = System.nanoTime() + atMost.toNanos();
    while (answering.get() > 0 && System.nanoTime() - endNs < 0) {
      Thread.sleep(Duration.ofMillis(5));
    }
  }

  /**
   * The channel lets go of its socket only when the thread that waits there has come back: before
   * that nobody else could have the address.
   */
  private void stopAccepting() throws InterruptedException, IOException {
    listening.close();
    Thread waiting = acceptor;
    if (waiting != null && !waiting.join(ACCEPTOR_END)) {
      LOG.log(Level.WARNING, "the socket of the admin API is not closed yet");
    }
  }

  /** Stops at once; the address is free then. */
  @Override
  public void close() {
    try {
      stopAccepting();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "the socket of the admin API stays: {0}", e.getMessage());
    }
    open.forEach(PlainServer::close);
    deadlines.shutdownNow();
  }
}
