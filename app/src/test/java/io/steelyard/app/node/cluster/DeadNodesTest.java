package io.steelyard.app.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.config.Address;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DeadNodesTest {
  private static final List<Address.Tcp> NODES =
      List.of(new Address.Tcp("10.0.0.11", 7701), new Address.Tcp("lb2.example", 7701));

  private static final List<String> TABLE =
      List.of(
          "IP address       HW type     Flags       HW address            Mask     Device",
          "10.0.0.11        0x1         0x2         02:00:00:00:00:0b     *        eth0",
          "10.0.0.1         0x1         0x2         02:00:00:00:00:01     *        eth0",
          "10.0.0.12        0x1         0x0         00:00:00:00:00:00     *        eth0",
          "");

  @Test
  void a_host_is_a_dead_nodes_if_the_kernel_knows_its_address_there_and_nobody_hears_it() {
    DeadNodes silent = new DeadNodes(_ -> false);
    assertThat(silent.are("02:00:00:00:00:0B", NODES, TABLE)).isTrue();
    assertThat(silent.are("02:00:00:00:00:01", NODES, TABLE)).isFalse();
    assertThat(silent.are("02:00:00:00:00:02", NODES, TABLE)).isFalse();
    assertThat(silent.are("02:00:00:00:00:0b", NODES, List.of())).isFalse();
    DeadNodes alive = new DeadNodes(InetAddress.ofLiteral("10.0.0.11")::equals);
    assertThat(alive.are("02:00:00:00:00:0b", NODES, TABLE)).isFalse();
  }
}
