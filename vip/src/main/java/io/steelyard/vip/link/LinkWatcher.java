package io.steelyard.vip.link;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Tells when links go down and come up: whether they are switched on and have a carrier. The kernel
 * says so at once when it last did a second ago or more, and after up to a second otherwise (its
 * linkwatch), when a carrier is lost. A link that does not exist is down.
 */
public final class LinkWatcher implements AutoCloseable {
  /** Hears of changes, on the watcher's thread: with the first look, of every link. */
  public interface Listener {
    void linkChanged(String name, boolean up);
  }

  private static final int IFLA_IFNAME = 3;
  private static final int IFF_UP = 1;
  private static final int IFF_LOWER_UP = 0x10000;
  private static final int WORKS = IFF_UP | IFF_LOWER_UP;
  private static final int FLAGS_AT = Netlink.HEAD_BYTES + 8;

  /** The head and the {@code struct ifinfomsg}. */
  private static final int ATTRIBUTES_AT = Netlink.HEAD_BYTES + 16;

  /** Events can get lost; a look at everything now and then finds what they said. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);

  private final Set<String> names;
  private final Listener listener;
  private final Netlink events;
  private final Map<String, Boolean> known = new HashMap<>();
  private final Thread thread;
  private volatile boolean closed;

  private LinkWatcher(Collection<String> names, Listener listener) throws IOException {
    this.names = Set.copyOf(names);
    this.listener = listener;
    events = new Netlink(Netlink.RTMGRP_LINK);
    thread = Thread.ofPlatform().daemon().name("links").unstarted(this::run);
  }

  /** Starts to watch; the first look has been taken, and told of, when this returns. */
  public static LinkWatcher start(Collection<String> names, Listener listener) throws IOException {
    LinkWatcher watcher = new LinkWatcher(names, listener);
    watcher.look();
    watcher.thread.start();
    return watcher;
  }

  private void run() {
    try (events) {
      while (!closed) {
        try {
          if (!events.awaitEvents(LOOK_AGAIN, this::heard) && !closed) {
            look();
          }
        } catch (IOException lost) {
          lookAgain();
        }
      }
    }
  }

  /** With a socket of its own, as events come in at any time at the other. */
  private void look() throws IOException {
    Map<String, Boolean> seen = new HashMap<>();
    try (Netlink table = new Netlink(0)) {
      table.body();
      table.dump(Netlink.RTM_GETLINK, ATTRIBUTES_AT, message -> note(message, seen));
    }
    names.forEach(name -> tell(name, seen.getOrDefault(name, false)));
  }

  private void lookAgain() {
    try {
      look();
    } catch (IOException none) {
      System.getLogger(LinkWatcher.class.getName())
          .log(System.Logger.Level.WARNING, "links cannot be watched: {0}", none.getMessage());
    }
  }

  private void note(MemorySegment message, Map<String, Boolean> seen) {
    MemorySegment name = Netlink.attribute(message, ATTRIBUTES_AT, IFLA_IFNAME);
    if (name != null) {
      seen.put(name.getString(0), (message.get(JAVA_INT, FLAGS_AT) & WORKS) == WORKS);
    }
  }

  private void heard(MemorySegment message) {
    int type = Netlink.type(message);
    Map<String, Boolean> seen = new HashMap<>();
    if (type == Netlink.RTM_NEWLINK) {
      note(message, seen);
    } else if (type == Netlink.RTM_DELLINK) {
      note(message, seen);
      seen.replaceAll((_, _) -> false);
    }
    seen.forEach(this::tell);
  }

  private void tell(String name, boolean up) {
    Boolean before = names.contains(name) ? known.put(name, up) : Boolean.valueOf(up);
    if (before == null || before != up) {
      listener.linkChanged(name, up);
    }
  }

  /** Nothing is told after this has returned. */
  @Override
  public void close() {
    closed = true;
    events.wake();
    try {
      thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
