package io.steelyard.control.discovery.source;

import io.steelyard.config.Address;
import io.steelyard.config.DiscoverConfig.Limits;
import io.steelyard.config.DiscoverConfig.Source;
import io.steelyard.config.ServerConfig;
import io.steelyard.control.discovery.Answer;
import io.steelyard.control.discovery.Answer.Unclear;
import io.steelyard.control.discovery.ServerSource;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The addresses of a name: each is a server, which is called as its address. */
final class HostSource implements ServerSource {
  private final Source.Dns dns;
  private final Limits limits;
  private final Reply.Names names;

  HostSource(Source.Dns dns, Limits limits, Reply.Names names) {
    this.dns = dns;
    this.limits = limits;
    this.names = names;
  }

  @Override
  public Answer ask() throws InterruptedException {
    return switch (Addresses.of(names, dns.name(), dns.family())) {
      case Reply.Records<Addresses>(List<Addresses> one, Duration ttl) -> {
        Addresses found = one.getFirst();
        boolean whole = found.lack().isEmpty();
        yield new Answer.Found(
            found.all().stream().map(this::server).toList(),
            Optional.of(ttl),
            whole ? found.leftOutText() : found.lack(),
            whole ? new Unclear.Servers(Set.of()) : new Unclear.Anything());
      }
      case Reply.None<Addresses>(String why, Duration ttl) ->
          new Answer.Nothing(why, Optional.of(ttl));
      case Reply.Failure<Addresses>(String why) -> new Answer.Failed(why);
    };
  }

  private ServerConfig server(InetAddress found) {
    Address address = Literals.of(found, dns.port());
    return new ServerConfig(
        address.toString(), address, dns.weight(), limits.maxConnections(), false, "");
  }

  @Override
  public void close() {
    // Nothing is kept open.
  }
}
