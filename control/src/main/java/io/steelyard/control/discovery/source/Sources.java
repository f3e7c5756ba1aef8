package io.steelyard.control.discovery.source;

import io.steelyard.config.DiscoverConfig;
import io.steelyard.config.DiscoverConfig.Source;
import io.steelyard.control.discovery.ServerSource;
import java.nio.file.Path;

/** Makes the source that a pool is configured for; what others need is not even loaded. */
public final class Sources {
  /** For whoever has no name server configured; see resolv.conf(5). */
  private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");

  private Sources() {}

  /** Does not ask yet, and does not block. */
  public static ServerSource open(DiscoverConfig config) {
    return switch (config.source()) {
      case Source.Dns dns ->
          new HostSource(dns, config.limits(), DnsNames.of(dns.resolver(), RESOLV_CONF));
      case Source.Srv srv ->
          new ServiceSource(srv, config.limits(), DnsNames.of(srv.resolver(), RESOLV_CONF));
      case Source.File file -> new FileSource(file, config.limits());
      case Source.Consul consul -> ConsulSource.of(consul, config.limits());
    };
  }
}
