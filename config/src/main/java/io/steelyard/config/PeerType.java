package io.steelyard.config;

import io.steelyard.config.bind.Type;
import io.steelyard.config.bind.Value;
import java.util.Map;
import java.util.Optional;

/** One of {@code cluster.peers}: an address that no other one has. */
final class PeerType implements Type<Address.Tcp> {
  @Override
  public Optional<Address.Tcp> read(Value value) {
    Optional<Address.Tcp> peer = NodeAddress.PEER.read(value);
    peer.ifPresent(address -> claim(value, address));
    return peer;
  }

  private static void claim(Value at, Address.Tcp address) {
    at.binding().claim("peers", NodeAddress.identity(address), at, at, "'" + address + "'");
  }

  @Override
  public String expected() {
    return NodeAddress.PEER.expected();
  }

  @Override
  public Map<String, Object> schema() {
    return NodeAddress.PEER.schema();
  }
}
