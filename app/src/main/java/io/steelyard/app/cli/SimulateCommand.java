package io.steelyard.app.cli;

import io.steelyard.core.balance.Algorithm;
import io.steelyard.sim.plan.Scenario;
import io.steelyard.sim.report.JsonReport;
import io.steelyard.sim.report.TextReport;
import io.steelyard.sim.world.Simulation;
import io.steelyard.sim.world.Statistics;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** {@code steelyard simulate}. */
final class SimulateCommand implements Command {
  static final Option POOL =
      new Option("--pool", "NAME", "The pool of FILE; default: its only one.");
  static final Option SERVERS =
      new Option("--servers", "N", "Without FILE: so many servers a, b, c, ...; default 4.");
  static final Option BALANCE =
      new Option(
          "--balance", "NAMES", "Algorithms to compare, as A,B or all; default: the pool's.");
  static final Option RATE =
      new Option("--rate", "R", "Requests a second (Poisson); default: 60% of what all can do.");
  static final Option CLIENTS =
      new Option("--clients", "N", "Instead of a rate: clients that wait for their answers.");
  static final Option PAUSE =
      new Option("--pause", "DIST", "Of a client after an answer; default const:0s.");
  static final Option DURATION =
      new Option("--duration", "TIME", "How long requests come; default 60s.");
  static final Option WARM_UP =
      new Option("--warm-up", "TIME", "Left out of the table at the beginning; default 0s.");
  static final Option LATENCY =
      new Option(
          "--latency", "[S=]DIST", "What a request takes at server S, or all; default exp:10ms.");
  static final Option CAPACITY =
      new Option("--capacity", "[S=]N", "Requests that S, or each, works at together; default 10.");
  static final Option WEIGHT = new Option("--weight", "S=N", "The weight of S.");
  static final Option FAULT =
      new Option("--fault", "TEXT", "What happens to servers, as below; may be given often.");
  static final Option KEYS =
      new Option(
          "--keys", "DIST", "What is hashed: uniform:N (default 100000) or zipf:N[,EXPONENT].");
  static final Option BOUNDED =
      new Option(
          "--bounded-load", "X", "For hash, ip-hash: none above X times the mean; default none.");
  static final Option LOOPS = new Option("--loops", "N", "Event loops of the balancer; default 1.");
  static final Option SEED =
      new Option(
          "--seed", "N", "Another seed, other chances; the same, the same bytes. Default 1.");
  static final Option PASSIVE =
      Option.flag("--passive", "Eject after 5 failures in a row, as with passive: {}.");
  static final Option TABLE = Option.flag("--table", "Only the table, no plots.");
  static final Option EVENTS =
      Option.flag("--events", "Also list what checks and traffic did to servers.");
  static final Option JSON = Option.flag("--json", "Print all numbers for machines.");

  @Override
  public Usage usage() {
    return new Usage(
        "simulate",
        "[FILE] [--balance A,B,...] [--fault 'TIME: SERVER WHAT [FOR]']...",
        "Show what algorithms make of a load and of faults, without any server.",
        1,
        List.of(
            POOL, SERVERS, BALANCE, RATE, CLIENTS, PAUSE, DURATION, WARM_UP, LATENCY, CAPACITY,
            WEIGHT, FAULT, KEYS, BOUNDED, PASSIVE, LOOPS, SEED, TABLE, EVENTS, JSON),
        """
        A pool of FILE, with its checks, limits, timeouts and weights, or a few equal servers, is
        run under a virtual clock by the very code that balances real traffic. It prints for
        each algorithm the latency, the errors, each server's share, and all that over time.

        DIST is exp:MEAN, const:TIME, uniform:LEAST-MOST or lognormal:MEAN[,SIGMA].
        SERVER is a name, several as a,b, or half, or all. WHAT is one of
          down          connections break and are refused; restart is down for 5s
          lost          nothing arrives there any more
          freeze        connections come about, nothing is answered (as by SIGSTOP)
          slow x5       requests take 5 times as long
          errors 50%    half of the answers are 5xx
          flap 2s       down for 2s, up for 2s, and so on
          drain, maintain   as the operator would
          join          it is added to the pool at that time

        Examples:
          steelyard simulate --balance all
          steelyard simulate --balance round-robin,least-connections --fault '20s: b slow x5 20s'
          steelyard simulate --balance power-of-two --loops 4 --fault '20s: half restart 5s' --events
          steelyard simulate --servers 10 --latency exp:10ms --latency a=exp:50ms --clients 200
          steelyard simulate --balance hash --keys zipf:1000,1.1 --bounded-load 1.25
          steelyard simulate site.yaml --pool app --rate 2000 --fault '10s: 127.0.0.1:9001 down 20s'
        """);
  }

  @Override
  public int run(Arguments arguments, PrintStream out) throws UsageException, Refused {
    Scenario scenario = SimulateOptions.scenario(arguments);
    List<Statistics> runs = new ArrayList<>();
    for (Algorithm algorithm : SimulateOptions.algorithms(arguments, scenario.pool())) {
      runs.add(Simulation.run(scenario.with(scenario.pool().balancedBy(algorithm))));
    }
    boolean plots = !arguments.has(TABLE.name());
    boolean events = arguments.has(EVENTS.name());
    out.print(
        arguments.has(JSON.name()) ? JsonReport.of(runs) : TextReport.of(runs, plots, events));
    return CommandLines.GOOD;
  }
}
