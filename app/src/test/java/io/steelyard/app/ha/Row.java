package io.steelyard.app.ha;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/** What happens to the owner of the address, or to its network. */
enum Row {
  CUT_OFF("node cut off, its link stays up", 3000, round -> round.owner().cutOff()),
  SIGKILL("SIGKILL", 3000, round -> round.running().signal("KILL")),
  PAUSE("SIGSTOP for 200 ms", 3000, round -> pause(round, 200)),
  TAKE_OVER("upgrade by take-over", 3000, Round::upgrade),
  SIGTERM(
      "SIGTERM",
      3000,
      round -> {
        round.running().signal("TERM");
        round.running().awaitEnd();
      }),
  LONG_PAUSE("SIGSTOP for 5 s", 3000, round -> pause(round, 5000)),
  LINK_FLAP(
      "link down for 500 ms",
      3000,
      round -> {
        round.owner().unplug();
        round.passMs(500);
        round.mark();
        round.owner().plug();
      }),
  PARTITION(
      "balancers deaf to each other for 2 s, clients reach both",
      3000,
      round -> {
        round.owner().deafTo(round.other());
        round.other().deafTo(round.owner());
        round.passMs(2000);
        round.mark();
        round.owner().heal();
        round.other().heal();
      }),
  CUT_AND_HEALED(
      "node cut off for 2 s, then healed",
      3000,
      round -> {
        round.owner().cutOff();
        round.passMs(2000);
        round.mark();
        round.owner().heal();
      }),
  LOOP_HANGS("event loop hangs for 3 s", 3000, round -> LoopStopper.stop(round, 3000)),
  RESTART("restart of all, one by one", 3000, Round::restartAll);

  /** Makes it happen, while clients go on. */
  interface Event {
    void happen(Round round) throws IOException;
  }

  private final String title;
  private final Duration lasts;

  /** A lambda without state. */
  @SuppressWarnings("ImmutableEnumChecker")
  private final Event event;

  Row(String title, long lastsMs, Event event) {
    this.title = title;
    this.lasts = Duration.ofMillis(lastsMs);
    this.event = event;
  }

  private static void pause(Round round, long ms) {
    round.running().signal("STOP");
    round.passMs(ms);
    round.mark();
    round.running().signal("CONT");
  }

  /** As the table calls it. */
  String title() {
    return title;
  }

  /** As the command line calls it. */
  String option() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Row of(String option) {
    return Arrays.stream(values())
        .filter(row -> row.option().equals(option))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no such scenario: " + option));
  }

  /** For how long it is watched afterwards. */
  Duration lasts() {
    return lasts;
  }

  void happen(Round round) throws IOException {
    event.happen(round);
  }
}
