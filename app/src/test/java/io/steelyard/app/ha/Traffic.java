package io.steelyard.app.ha;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * The clients, on a host of their own: a new connection with one request every 5 ms, as one of
 * twenty users with a session each; and eight connections that are kept open, with a request every
 * 50 ms each. One thread does all that. By standard input comes {@code begin}, {@code count} and
 * {@code end}; what was noticed between the last two is printed.
 */
public final class Traffic {
  private static final long PERIOD_NS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long KEPT_PERIOD_NS = TimeUnit.MILLISECONDS.toNanos(50);

  /** Longer than the second after which a lost SYN is sent again. */
  private static final long PATIENCE_NS = TimeUnit.MILLISECONDS.toNanos(2500);

  private static final int USERS = 20;
  private static final int KEPT = 8;

  /** In flight at a time: more than what comes in {@link #PATIENCE_NS}. */
  private static final int TALKS_MAX = 600;

  private final InetSocketAddress to;
  private final Selector selector = Selector.open();
  private final ConcurrentLinkedQueue<String> commands = new ConcurrentLinkedQueue<>();
  private final List<Talk> brief = new ArrayList<>();
  private final Talk[] kept = new Talk[KEPT];
  private final String[] cookies = new String[USERS + KEPT];
  private final String[] homes = new String[USERS + KEPT];
  private final Set<String> balancers = new LinkedHashSet<>();
  private boolean on;
  private int next;
  private long nextNs;
  private long lastGoodNs;
  private long gapNs;
  private long slowestNs;
  private int requests;
  private int failed;
  private int broken;
  private int moved;

  private Traffic(InetSocketAddress to) throws IOException {
    this.to = to;
  }

  /** Takes the address and the port of the site. */
  public static void main(String[] args) throws IOException {
    Traffic traffic = new Traffic(new InetSocketAddress(args[0], Integer.parseInt(args[1])));
    Thread.ofPlatform().daemon().start(traffic::readCommands);
    System.out.println("ready");
    while (traffic.turn()) {
      // One turn after the other.
    }
  }

  private void readCommands() {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        commands.add(line);
      }
    } catch (IOException _) {
      // As if it had ended.
    }
    commands.add("quit");
  }

  private boolean turn() throws IOException {
    String command = commands.poll();
    if (command != null) {
      switch (command) {
        case "begin" -> begin();
        case "count" -> count(System.nanoTime());
        case "end" -> end();
        default -> {
          return false;
        }
      }
    }
    long nowNs = System.nanoTime();
    if (on && nowNs - nextNs >= 0) {
      nextNs = Math.max(nextNs + PERIOD_NS, nowNs - PERIOD_NS);
      open();
      keep(nowNs);
      giveUp(nowNs);
    }
    selector.select(1);
    for (SelectionKey key : selector.selectedKeys()) {
      if (key.isValid() && key.attachment() instanceof Talk talk) {
        settle(talk, talk.turn());
      }
    }
    selector.selectedKeys().clear();
    return true;
  }

  private void begin() {
    Arrays.fill(cookies, "");
    Arrays.fill(homes, "");
    nextNs = System.nanoTime();
    count(nextNs);
    on = true;
  }

  /** What was before is forgotten. */
  private void count(long nowNs) {
    balancers.clear();
    requests = 0;
    failed = 0;
    broken = 0;
    moved = 0;
    gapNs = 0;
    slowestNs = 0;
    lastGoodNs = nowNs;
  }

  /** What is still in flight is not counted. */
  private void end() {
    on = false;
    gapNs = Math.max(gapNs, System.nanoTime() - lastGoodNs);
    brief.forEach(Talk::close);
    brief.clear();
    for (int i = 0; i < KEPT; i++) {
      if (kept[i] != null) {
        kept[i].close();
        kept[i] = null;
      }
    }
    System.out.println(
        new Noticed(
                requests,
                gapNs / 1e6,
                slowestNs / 1e6,
                failed,
                broken,
                moved,
                List.copyOf(balancers))
            .line());
  }

  private void open() {
    if (brief.size() >= TALKS_MAX) {
      return;
    }
    int user = next++ % USERS;
    requests++;
    try {
      brief.add(new Talk(selector, to, user, true, request(user, "close")));
    } catch (IOException _) {
      failed++;
    }
  }

  private String request(int user, String connection) {
    String cookie = cookies[user].isEmpty() ? "" : "Cookie: " + cookies[user] + "\r\n";
    return "GET / HTTP/1.1\r\nHost: lab.example\r\nConnection: "
        + connection
        + "\r\n"
        + cookie
        + "\r\n";
  }

  private void keep(long nowNs) {
    for (int i = 0; i < KEPT; i++) {
      Talk talk = kept[i];
      if (talk == null) {
        kept[i] = reopened(i);
      } else if (!talk.asking() && nowNs - talk.sinceNs() >= KEPT_PERIOD_NS) {
        settle(talk, talk.ask(request(talk.user, "keep-alive")));
      }
    }
  }

  private Talk reopened(int i) {
    try {
      return new Talk(selector, to, USERS + i, false, request(USERS + i, "keep-alive"));
    } catch (IOException _) {
      broken++;
      return null;
    }
  }

  private void giveUp(long nowNs) {
    for (Talk talk : List.copyOf(brief)) {
      if (nowNs - talk.sinceNs() >= PATIENCE_NS) {
        settle(talk, Talk.Step.BROKEN);
      }
    }
    for (Talk talk : kept) {
      if (talk != null && talk.asking() && nowNs - talk.sinceNs() >= PATIENCE_NS) {
        settle(talk, Talk.Step.BROKEN);
      }
    }
  }

  private void settle(Talk talk, Talk.Step step) {
    if (step == Talk.Step.GOES_ON) {
      return;
    }
    if (step == Talk.Step.ANSWERED) {
      answered(talk);
    }
    if (talk.brief) {
      failed += step == Talk.Step.ANSWERED ? 0 : 1;
      brief.remove(talk);
      talk.close();
    } else if (step != Talk.Step.ANSWERED || talk.field("Connection").equals("close")) {
      // Closed while idle is good order; while a request waits it is not.
      boolean inOrder = step == Talk.Step.ANSWERED || (step == Talk.Step.CLOSED && !talk.asking());
      broken += inOrder || !talk.proved() ? 0 : 1;
      kept[Arrays.asList(kept).indexOf(talk)] = null;
      talk.close();
    }
  }

  private void answered(Talk talk) {
    long nowNs = System.nanoTime();
    if (talk.brief) {
      gapNs = Math.max(gapNs, nowNs - lastGoodNs);
      lastGoodNs = nowNs;
      slowestNs = Math.max(slowestNs, nowNs - talk.sinceNs());
    }
    String[] body = talk.body().split(" ", -1);
    balancers.add(body[1]);
    if (!talk.session() && !homes[talk.user].isEmpty()) {
      // Another request that was sent before the session had a cookie: it began one of its own.
      return;
    }
    String cookie = talk.field("Set-Cookie");
    if (!cookie.isEmpty()) {
      cookies[talk.user] = cookie.split(";", 2)[0];
    }
    boolean elsewhere = !homes[talk.user].isEmpty() && !homes[talk.user].equals(body[0]);
    moved += elsewhere ? 1 : 0;
    homes[talk.user] = body[0];
  }
}
