package io.steelyard.control;

import io.steelyard.config.Address;
import io.steelyard.config.AdminConfig;
import io.steelyard.config.Config;
import io.steelyard.config.Endpoint;
import io.steelyard.config.HealthConfig;
import io.steelyard.config.ListenerConfig;
import io.steelyard.config.PoolConfig;
import io.steelyard.config.RouteConfig;
import io.steelyard.config.ServerConfig;
import io.steelyard.core.balance.Algorithm;
import io.steelyard.core.session.Keyring;
import io.steelyard.core.snapshot.AccessLog;
import io.steelyard.core.snapshot.Balancing;
import io.steelyard.core.snapshot.HoldDown;
import io.steelyard.core.snapshot.ListenerLimits;
import io.steelyard.core.snapshot.ListenerPolicy;
import io.steelyard.core.snapshot.ListenerTimeouts;
import io.steelyard.core.snapshot.PassiveHealth;
import io.steelyard.core.snapshot.PoolLimits;
import io.steelyard.core.snapshot.PoolTimeouts;
import io.steelyard.core.snapshot.Protocol;
import io.steelyard.core.snapshot.TrustedProxies;
import io.steelyard.core.snapshot.Upstream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Short ways to write configurations. */
final class Configs {
  static final Keyring KEYS = Keyring.of(List.of(new byte[Keyring.SECRET_BYTES_MIN]));

  private Configs() {}

  static Config config(List<ListenerConfig> listeners, PoolConfig... pools) {
    return new Config("", listeners, List.of(pools), AdminConfig.DEFAULT);
  }

  static ListenerConfig listener(String name, int port, String pool) {
    return new ListenerConfig(
        name,
        new Address.Tcp("127.0.0.1", port),
        Protocol.HTTP,
        AccessLog.NONE,
        TrustedProxies.NONE,
        TrustedProxies.NONE,
        Optional.empty(),
        List.of(new RouteConfig("", "", pool)),
        ListenerTimeouts.DEFAULT,
        ListenerLimits.DEFAULT,
        ListenerPolicy.NONE);
  }

  static PoolConfig pool(String name, ServerConfig... servers) {
    return pool(name, Optional.empty(), servers);
  }

  static PoolConfig pool(String name, Optional<HealthConfig> health, ServerConfig... servers) {
    return new PoolConfig(
        name,
        Balancing.of(Algorithm.ROUND_ROBIN),
        false,
        health,
        List.of(servers),
        PoolTimeouts.DEFAULT,
        PoolLimits.DEFAULT,
        PassiveHealth.NONE,
        HoldDown.DEFAULT,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Upstream.PLAIN);
  }

  static ServerConfig server(String name, int port) {
    return server(name, new Address.Tcp("127.0.0.1", port));
  }

  static ServerConfig server(String name, Address address) {
    return new ServerConfig(name, address, 1, 0, false, "");
  }

  /** TCP checks so far apart that only the first round happens in a test. */
  static Optional<HealthConfig> tcpChecks(int rise, int fall) {
    return Optional.of(
        new HealthConfig(
            new HealthConfig.Check.Tcp(),
            new Endpoint.Same(),
            Duration.ofHours(1),
            Duration.ofHours(1),
            Duration.ofSeconds(5),
            rise,
            fall));
  }
}
