package io.steelyard.app.node.takeover;

import io.steelyard.app.node.takeover.Frame.Kind;
import io.steelyard.core.session.SessionEntry;
import io.steelyard.net.DescriptorSocket;
import io.steelyard.proxy.Heirloom;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The old process: waits for another one that wants to take over from it, one at a time, on a
 * thread of its own.
 *
 * <pre>
 *   WAITING --ASK--> GIVING: sockets, what is known --CHANGED--> GIVING: sessions
 *   GIVING --the other one is gone, or says nothing for two minutes--> WAITING, as if nothing had happened
 *   GIVING --SERVING--> GIVEN: accepts nobody, tells the last sessions, drains
 * </pre>
 *
 * <p>The sockets are shared, not moved: until the new process serves, this one accepts; then both
 * do; then only the new one. A client that waits in line stays there all the time.
 */
public final class Giver implements AutoCloseable {
  private static final Logger LOG = System.getLogger("steelyard.node");

  private static final Duration LOOK = Duration.ofMillis(500);

  /** For the answer to a question. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** While the new process starts, checks its servers, and hears from other nodes. */
  private static final Duration STARTING = Duration.ofMinutes(2);

  private static final int SESSIONS_AT_ONCE = 1024;

  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Meeting meeting;
  private final Estate estate;
  private final Thread thread;
  private volatile boolean closed;

  /** Since when sessions have to be told again. */
  private long toldStamp;

  private int toldS;

  private Giver(Meeting meeting, Estate estate) {
    this.meeting = meeting;
    this.estate = estate;
    this.thread = Thread.ofPlatform().daemon().name("take-over").unstarted(this::await);
  }

  /** From now on the process can be taken over at this place. */
  public static Giver offer(Meeting meeting, Estate estate) {
    Giver giver = new Giver(meeting, estate);
    giver.thread.start();
    return giver;
  }

  private void await() {
    boolean given = false;
    while (!closed && !given) {
      try {
        Optional<DescriptorSocket> other = meeting.accept(LOOK, PATIENCE);
        if (other.isPresent()) {
          given = meet(other.get());
        }
      } catch (IOException | RuntimeException e) {
        LOG.log(Level.WARNING, "nobody can take over from this process: {0}", e.getMessage());
        pause();
      }
    }
    meeting.close();
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether everything is given. */
  private boolean meet(DescriptorSocket socket) {
    try (Talk talk = new Talk(socket)) {
      if (!socket.isTrusted()) {
        talk.send(Frame.of(Kind.REFUSED, "it belongs to another user"));
        return false;
      }
      Optional<Talk.Received> asked = talk.receive();
      if (asked.isEmpty()) {
        // Somebody has only looked whether this process is there.
        return false;
      }
      asked.get().close();
      if (asked.get().frame().kind() != Kind.ASK) {
        throw new IOException("it does not ask for anything");
      }
      String reluctance = estate.reluctance();
      if (!reluctance.isEmpty()) {
        talk.send(Frame.of(Kind.REFUSED, reluctance));
        return false;
      }
      LOG.log(Level.INFO, "another process is about to take over");
      return give(talk);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "who wanted to take over is turned away: {0}", e.getMessage());
      return false;
    }
  }

  private boolean give(Talk talk) {
    boolean given = false;
    estate.pause();
    List<Heirloom> listeners = estate.listeners();
    // From the first moment: this process may be told to stop, which must not harm the other one.
    listeners.forEach(Heirloom::handedOver);
    try {
      sendSockets(talk, listeners);
      sendParts(talk);
      toldStamp = 0;
      toldS = 0;
      talk.patience(STARTING);
      given = answerUntilServing(talk, listeners);
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.WARNING, "the take-over is broken off: {0}", e.getMessage());
    } finally {
      if (given) {
        estate.gone();
      } else {
        LOG.log(Level.INFO, "nobody has taken over: this process goes on");
        listeners.forEach(Heirloom::takenBack);
        estate.resume();
      }
    }
    return given;
  }

  private boolean answerUntilServing(Talk talk, List<Heirloom> listeners) throws IOException {
    while (!closed) {
      Optional<Talk.Received> received = talk.receive();
      if (received.isEmpty()) {
        return false;
      }
      received.get().close();
      Frame frame = received.get().frame();
      if (frame.kind() == Kind.CHANGED) {
        sendSessions(talk);
      } else if (frame.kind() == Kind.SERVING) {
        try {
          handOver(talk, listeners, frame.text());
        } catch (RuntimeException e) {
          // The other process serves, whatever fails here.
          LOG.log(Level.ERROR, "not all was handed over", e);
        }
        return true;
      }
    }
    return false;
  }

  /** From here on there is no way back: whatever fails, the other process serves. */
  private void handOver(Talk talk, List<Heirloom> listeners, String used) {
    Set<String> taken = new HashSet<>(used.lines().toList());
    listeners.stream()
        .filter(heirloom -> !taken.contains(AddressText.of(heirloom.address())))
        .forEach(Heirloom::takenBack);
    estate.letGo();
    try {
      sendLastWords(talk);
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.WARNING, "the last word was not heard: {0}", e.getMessage());
    }
    estate.handedOver();
    estate.parts().forEach(HeirPart::given);
    try {
      sendSessions(talk);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "sessions of the last moments may be lost: {0}", e.getMessage());
    }
  }

  private void sendLastWords(Talk talk) throws IOException {
    for (HeirPart part : estate.parts()) {
      Optional<byte[]> last = part.lastWord();
      if (last.isPresent()) {
        talk.send(new Frame(Kind.PART, part.name(), ByteBuffer.wrap(last.get())));
      }
    }
  }

  private void sendSockets(Talk talk, List<Heirloom> listeners) throws IOException {
    for (Heirloom heirloom : listeners) {
      int[] all = heirloom.descriptors();
      String of = heirloom.datagrams() ? Heir.DATAGRAMS : Heir.LISTENER;
      for (int at = 0; at < all.length; at += DescriptorSocket.DESCRIPTORS_MAX) {
        int to = Math.min(all.length, at + DescriptorSocket.DESCRIPTORS_MAX);
        sendSockets(talk, of, heirloom.address(), Arrays.copyOfRange(all, at, to));
      }
    }
    for (Map.Entry<SocketAddress, Integer> admin : estate.adminSockets().entrySet()) {
      sendSockets(talk, Heir.ADMIN, admin.getKey(), admin.getValue());
    }
  }

  private static void sendSockets(Talk talk, String of, SocketAddress address, int... descriptors)
      throws IOException {
    ByteBuffer text = Frame.of(Kind.SOCKETS, AddressText.of(address)).body();
    talk.send(new Frame(Kind.SOCKETS, of, text), descriptors);
  }

  private void sendParts(Talk talk) throws IOException {
    for (HeirPart part : estate.parts()) {
      for (Frame piece : Parts.cut(part.name(), part.give())) {
        talk.send(piece);
      }
    }
    talk.send(Frame.of(Kind.END));
  }

  /** Those that have been placed or seen since the last time, in pages. */
  private void sendSessions(Talk talk) throws IOException {
    long sinceStamp = toldStamp;
    // What was seen in the second in which it was told may have been seen again after that.
    int sinceS = toldS - 1;
    toldStamp = estate.stampSessions();
    toldS = (int) TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
    ByteBuffer page = ByteBuffer.allocate(SESSIONS_AT_ONCE * SessionEntry.BYTES);
    try {
      estate.visitSessions(entry -> {
        if (entry.stamp > sinceStamp || entry.seenS >= sinceS) {
          entry.write(page);
          sendIfFull(talk, page);
        }
      });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    if (page.position() > 0) {
      talk.send(new Frame(Kind.SESSIONS, "", page.flip()));
    }
    talk.send(Frame.of(Kind.END));
  }

  private static void sendIfFull(Talk talk, ByteBuffer page) {
    if (!page.hasRemaining()) {
      try {
        talk.send(new Frame(Kind.SESSIONS, "", page.flip()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      page.clear();
    }
  }

  /** Nobody can take over any more. */
  @Override
  public void close() {
    closed = true;
  }
}
