package io.steelyard.app.cli.doctor;

import io.steelyard.app.cli.doctor.Facts.Host;
import io.steelyard.app.cli.doctor.Facts.Live;
import io.steelyard.app.cli.doctor.Facts.Peer;
import io.steelyard.app.cli.doctor.Facts.Pool;
import io.steelyard.app.cli.doctor.Facts.Server;
import io.steelyard.app.cli.doctor.Facts.Settings;
import io.steelyard.app.cli.doctor.Facts.Vip;
import io.steelyard.config.Config;
import io.steelyard.config.ConfigException;
import io.steelyard.config.ConfigParser;
import java.util.List;
import java.util.Optional;

/** Setups to be judged: good ones, of which a test spoils one thing. */
final class Setups {
  static final Server A = new Server("a", "10.0.0.21", "", false, true);
  static final Server B = new Server("b", "10.0.0.22", "", false, true);
  static final Pool POOL = new Pool("app", true, false, List.of(A, B));
  static final Peer SELF = peer("lb1", "self", List.of("eth0/51"));
  static final Peer OTHER = peer("lb2", "heard", List.of());
  static final Peer THIRD = peer("lb3", "heard", List.of());
  static final Vip OWNED = vip("owner", "10.0.0.11", "");
  static final Host HOST = new Host(List.of(), Optional.of(true), 100_000, "");

  private Setups() {}

  static Peer peer(String name, String presence, List<String> owns) {
    return new Peer(name, "10.0.0.12", presence, true, 0, "ready", "1.0", "cafe", "", owns);
  }

  static Vip vip(String role, String owner, String why) {
    return new Vip("eth0/51", List.of("10.0.0.100/24"), role, owner, why, 0, 0);
  }

  /** Of this node, with others. */
  static Live live(List<Vip> vips, Peer... others) {
    return new Live(
        "lb1",
        others.length + 1,
        "nodes",
        Optional.of(SELF),
        List.of(others),
        vips,
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  /** Three nodes, one address, one pool: nothing to complain of. */
  static Facts good() {
    return of(live(List.of(OWNED), OTHER, THIRD));
  }

  static Facts of(Live live) {
    return new Facts(
        Optional.empty(), Optional.of(live), Optional.of(HOST), List.of(POOL), List.of());
  }

  static Facts of(Pool pool) {
    Facts good = good();
    return new Facts(good.settings(), good.live(), good.host(), List.of(pool), List.of());
  }

  static Facts of(Host host) {
    Facts good = good();
    return new Facts(good.settings(), good.live(), Optional.of(host), good.pools(), List.of());
  }

  /** What a configuration says, before anything runs. */
  static Facts of(String folder, String yaml) throws ConfigException {
    Config config = ConfigParser.parse(folder + "/site.yaml", yaml);
    Settings settings = new Settings(config, Optional.empty(), Optional.empty());
    return of(settings);
  }

  static Facts of(Settings settings) {
    return new Facts(
        Optional.of(settings),
        Optional.empty(),
        Optional.empty(),
        SettingsReader.pools(settings),
        List.of());
  }
}
