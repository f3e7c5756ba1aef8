package io.steelyard.app.node.takeover;

import io.steelyard.app.node.takeover.Frame.Kind;
import io.steelyard.net.DescriptorSocket;
import io.steelyard.net.Descriptors;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The new process: takes over from one that runs. What is not taken is closed with it.
 *
 * <pre>
 *   (own configuration is good) --ASK--> RECEIVED: sockets, what was known
 *   RECEIVED --sessions, first checks--> READY --accepts, SERVING--> the last sessions --> done
 *   RECEIVED, READY --fails, or is closed--> the old process goes on
 *   the old process dies on the way: what was received stays good, and is served
 * </pre>
 *
 * <p>Used by one thread.
 */
public final class Heir implements AutoCloseable {
  private static final Logger LOG = System.getLogger("steelyard.node");

  /** Whose sockets these are. */
  static final String LISTENER = "listener";

  static final String ADMIN = "admin";

  /** Of listeners, for datagrams. */
  static final String DATAGRAMS = "datagrams";

  /** For a table of a million sessions, say. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Meeting.Place place;
  private final Talk talk;
  private final Map<SocketAddress, List<Integer>> listeners = new HashMap<>();
  private final Map<SocketAddress, List<Integer>> admins = new HashMap<>();
  private final Map<SocketAddress, List<Integer>> datagrams = new HashMap<>();
  private final Parts parts = new Parts();

  private Heir(Meeting.Place place, Talk talk) {
    this.place = place;
    this.talk = talk;
  }

  /** Why nothing could be taken over, though a process runs: it goes on. */
  public static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1;

    RefusedException(String why) {
      super("the running process does not hand over: " + why);
    }
  }

  /**
   * Asks the process that runs for what it has.
   *
   * @return empty if no process can be taken over there
   * @throws IOException saying why it was not given; then that process goes on
   */
  public static Optional<Heir> ask(Meeting.Place place) throws IOException {
    Optional<DescriptorSocket> socket = DescriptorSocket.connect(place.path(), PATIENCE);
    if (socket.isEmpty()) {
      return Optional.empty();
    }
    if (!socket.get().isTrusted()) {
      socket.get().close();
      throw new IOException(place.path() + " belongs to another user's process");
    }
    Heir heir = new Heir(place, new Talk(socket.get()));
    try {
      heir.talk.send(Frame.of(Kind.ASK, Long.toString(ProcessHandle.current().pid())));
      heir.receive();
    } catch (IOException e) {
      heir.close();
      throw e;
    }
    return Optional.of(heir);
  }

  private void receive() throws IOException {
    while (true) {
      Talk.Received received =
          talk.receive().orElseThrow(() -> new IOException("the running process has ended"));
      Frame frame = received.frame();
      switch (frame.kind()) {
        case SOCKETS -> keep(received);
        case PART -> parts.add(frame);
        case REFUSED -> throw new RefusedException(frame.text());
        case END -> {
          return;
        }
        default -> received.close();
      }
    }
  }

  private void keep(Talk.Received received) throws IOException {
    Map<SocketAddress, List<Integer>> kept =
        switch (received.frame().name()) {
          case LISTENER -> listeners;
          case DATAGRAMS -> datagrams;
          case ADMIN -> admins;
          default -> null;
        };
    if (kept == null) {
      received.close();
      return;
    }
    try {
      SocketAddress address = AddressText.read(received.frame().text());
      kept.merge(address, received.descriptors(), Heir::both);
    } catch (IOException e) {
      received.close();
      throw e;
    }
  }

  private static List<Integer> both(List<Integer> some, List<Integer> others) {
    return IntStream.concat(
            some.stream().mapToInt(Integer::intValue), others.stream().mapToInt(Integer::intValue))
        .boxed()
        .toList();
  }

  /** The sockets that clients are accepted from; from now on they are the caller's. */
  public Map<SocketAddress, int[]> takeListeners() {
    return take(listeners);
  }

  /** The sockets that clients' datagrams come to; from now on they are the caller's. */
  public Map<SocketAddress, int[]> takeDatagrams() {
    return take(datagrams);
  }

  private static Map<SocketAddress, int[]> take(Map<SocketAddress, List<Integer>> received) {
    Map<SocketAddress, int[]> taken =
        received.entrySet().stream()
            .filter(e -> !e.getValue().isEmpty())
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey,
                    e -> e.getValue().stream().mapToInt(Integer::intValue).toArray()));
    received.clear();
    return taken;
  }

  /** Whether the old process has its admin API at this address. */
  public boolean hasAdmin(SocketAddress address) {
    return admins.containsKey(address);
  }

  /** The socket of the admin API at an address, which from now on is the caller's. */
  public Optional<Integer> takeAdmin(SocketAddress address) {
    return Optional.ofNullable(admins.remove(address)).map(List::getFirst);
  }

  /** Gives each part what the old process has left for it. */
  public void tell(List<HeirPart> receivers) {
    for (HeirPart part : receivers) {
      take(part, () -> parts.value(part.name()).ifPresent(part::take));
    }
  }

  private static void take(HeirPart part, Runnable taking) {
    try {
      taking.run();
    } catch (IllegalArgumentException e) {
      LOG.log(Level.WARNING, "not taken over: {0}: {1}", part.name(), e.getMessage());
    }
  }

  /**
   * Takes in the sessions that the old process has noted since this was asked last.
   *
   * @return how many
   * @throws IOException if the old process is gone; what it had told until then is taken in
   */
  public int sessions(Consumer<ByteBuffer> merge) throws IOException {
    talk.send(Frame.of(Kind.CHANGED));
    return talk.sessions(merge, _ -> {});
  }

  /**
   * This process accepts: the old one stops to, tells the last of its sessions, and drains.
   *
   * @param used where this process goes on with sockets of the old one
   * @param receivers of the last words
   * @return how many sessions there were
   */
  public int serving(List<SocketAddress> used, Consumer<ByteBuffer> merge, List<HeirPart> receivers)
      throws IOException {
    talk.send(
        Frame.of(
            Kind.SERVING, used.stream().map(AddressText::of).collect(Collectors.joining("\n"))));
    return talk.sessions(merge, frame -> takeLast(frame, receivers));
  }

  private static void takeLast(Frame frame, List<HeirPart> receivers) {
    for (HeirPart part : receivers) {
      if (frame.kind() == Kind.PART && frame.name().equals(part.name())) {
        byte[] value = new byte[frame.body().remaining()];
        frame.body().get(value);
        take(part, () -> part.takeLast(value));
      }
    }
  }

  /**
   * Whether the old process is no more; else it goes on by itself when this one cannot reach it.
   */
  public boolean isOrphan() {
    try {
      Optional<DescriptorSocket> alive = DescriptorSocket.connect(place.path(), PATIENCE);
      alive.ifPresent(DescriptorSocket::close);
      return alive.isEmpty();
    } catch (IOException e) {
      return false;
    }
  }

  /** Closes what was not taken. Without {@link #serving} the old process goes on. */
  @Override
  public void close() {
    listeners.values().forEach(all -> all.forEach(Descriptors::close));
    listeners.clear();
    datagrams.values().forEach(all -> all.forEach(Descriptors::close));
    datagrams.clear();
    admins.values().forEach(all -> all.forEach(Descriptors::close));
    admins.clear();
    talk.close();
  }
}
