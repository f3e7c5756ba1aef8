package io.steelyard.vip.guard;

import io.steelyard.net.sys.Abi;
import io.steelyard.net.sys.Libc;
import io.steelyard.vip.link.Waiter;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The guard's process: one thread reads what its parent says and acts when it says nothing, or when
 * another, which waits for the parent's death, says so.
 *
 * <pre>
 * parent to guard                        guard to parent
 *   hold link id V4|V6 index cs priority
 *     source checksum peers|- address/bits...
 *   drop link id V4|V6
 *   beat number                            alive number
 *   (nothing for a fifth of the time-out)  (adverts to the others, in the parent's words)
 *   (nothing for the time-out)             removed link id V4|V6, for each that is held
 *   (end of input: it has died)            the same, and ends
 *                                          ready, at first; error text
 * </pre>
 *
 * It speaks for a parent that stands still, so that a pause that is shorter than the time-out costs
 * nothing, whenever in an interval it falls. It acts on lines in their order, so {@code alive} says
 * that all before it was done. Signals that are meant for the parent, and that a terminal or a
 * service manager sends to both, it ignores: it ends by the end of its input.
 */
public final class GuardMain {
  private static final int LINE_BYTES_MAX = 16 * 1024;
  private static final int STANDARD_INPUT = 0;

  /** The parent beats more often than four times in it. */
  private static final int SPEAKS_AFTER = 5;

  private final Keeper keeper;
  private final LifeLine lifeLine;
  private final PrintStream out;
  private final InputStream in = new FileInputStream(FileDescriptor.in);
  private final byte[] line = new byte[LINE_BYTES_MAX];
  private final byte[] read = new byte[LINE_BYTES_MAX];
  private final long timeoutNs;
  private int length;
  private long heardNs;
  private long spokeNs;
  private volatile boolean died;

  private GuardMain(Keeper keeper, LifeLine lifeLine, PrintStream out, Duration timeout) {
    this.keeper = keeper;
    this.lifeLine = lifeLine;
    this.out = out;
    this.timeoutNs = timeout.toNanos();
  }

  /**
   * Runs until its input ends.
   *
   * @param arguments the time-out in milliseconds, the life line's file
   */
  public static void main(String[] arguments) throws IOException {
    Libc libc = new Libc();
    libc.ignoreSignal(Abi.SIGHUP);
    libc.ignoreSignal(Abi.SIGINT);
    libc.ignoreSignal(Abi.SIGTERM);
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    Duration timeout = Duration.ofMillis(Long.parseLong(arguments[0]));
    try (Keeper keeper = new Keeper(out::println);
        Waiter waiter = new Waiter(STANDARD_INPUT)) {
      keeper.warmUp();
      LifeLine lifeLine = LifeLine.open(Path.of(arguments[1]));
      GuardMain guard = new GuardMain(keeper, lifeLine, out, timeout);
      Thread.ofPlatform().daemon().name("life line").start(() -> guard.awaitDeath(waiter));
      // Where it may: one that is late is of no use.
      libc.scheduleBeforeOthers();
      out.println("ready");
      guard.run(waiter);
    }
  }

  private void awaitDeath(Waiter waiter) {
    if (lifeLine.awaitDeath()) {
      died = true;
      waiter.wake();
    }
  }

  /** What has come in is read first: then a guard that was held up itself does not act too soon. */
  private void run(Waiter waiter) throws IOException {
    heardNs = System.nanoTime();
    spokeNs = heardNs;
    while (true) {
      boolean readable = waiter.await(leftNs(System.nanoTime()));
      if (died) {
        died = false;
        readLast();
        keeper.removeAll();
      } else if (readable) {
        int got = in.read(read);
        if (got < 0) {
          keeper.removeAll();
          return;
        }
        heardNs = System.nanoTime();
        split(got);
      } else if (!waiter.await(0)) {
        // Looked again: this process may have stood still itself since it waited.
        nothingHeard(System.nanoTime());
      }
    }
  }

  private long leftNs(long nowNs) {
    if (keeper.holdsNone()) {
      return timeoutNs;
    }
    return Math.max(0, Math.min(timeoutNs - (nowNs - heardNs), leftToSpeakNs(nowNs)));
  }

  private long leftToSpeakNs(long nowNs) {
    long silentNs = timeoutNs / SPEAKS_AFTER - (nowNs - heardNs);
    long everyNs = keeper.speakEveryNs();
    return everyNs > timeoutNs ? timeoutNs : Math.max(silentNs, everyNs - (nowNs - spokeNs));
  }

  private void nothingHeard(long nowNs) {
    if (nowNs - heardNs >= timeoutNs) {
      keeper.removeAll();
    } else if (!keeper.holdsNone() && leftToSpeakNs(nowNs) <= 0) {
      spokeNs = nowNs;
      keeper.speak();
      lifeLine.spoke(nowNs);
    }
  }

  /** What its parent said before it died: that it handed something over, perhaps. */
  private void readLast() throws IOException {
    while (in.available() > 0) {
      split(in.read(read));
    }
  }

  private void split(int got) {
    for (int i = 0; i < got; i++) {
      if (read[i] == '\n') {
        act(new String(line, 0, length, StandardCharsets.UTF_8));
        length = 0;
      } else if (length < LINE_BYTES_MAX) {
        line[length++] = read[i];
      }
    }
  }

  private void act(String text) {
    int space = text.indexOf(' ');
    String verb = space < 0 ? text : text.substring(0, space);
    String rest = text.substring(space + 1);
    try {
      switch (verb) {
        case "beat" -> out.println("alive " + rest);
        case "hold" -> keeper.hold(Hold.parse(rest));
        case "drop" -> keeper.drop(Hold.id(rest));
        default -> out.println("error not understood: " + text);
      }
    } catch (IllegalArgumentException e) {
      out.println("error " + e.getMessage());
    }
  }
}
