package io.steelyard.vip;

import io.steelyard.cluster.vip.VipAddress;
import io.steelyard.cluster.vip.VipId;
import io.steelyard.cluster.vip.VipOptions;
import io.steelyard.vip.link.VrrpTransport;
import io.steelyard.wire.vrrp.VrrpChecksum;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What programs of the tests are started with: {@code guardMs=300 everyMs=100 priority=150
 * preempt=true checksum=MESSAGE peers=192.0.2.2 51=192.0.2.100/24,192.0.2.101/24}.
 *
 * @param options by name
 * @param addresses by the virtual router's number
 */
record ShellArguments(Map<String, String> options, Map<String, String> addresses) {
  private static final String LINK = "eth0";

  static ShellArguments parse(String... arguments) {
    Map<String, String> options = new LinkedHashMap<>();
    Map<String, String> addresses = new LinkedHashMap<>();
    for (String argument : arguments) {
      String[] halves = argument.split("=", 2);
      boolean router = Character.isDigit(halves[0].charAt(0));
      (router ? addresses : options).put(halves[0], halves[1]);
    }
    return new ShellArguments(options, addresses);
  }

  VipDriverOptions driver() {
    int hops = Integer.parseInt(options.getOrDefault("hopLimitMin", "255"));
    String checksum = options.getOrDefault("checksum", "MESSAGE");
    VrrpTransport transport =
        new VrrpTransport(VrrpChecksum.valueOf(checksum), peers("peers"), hops);
    Optional<Duration> guard =
        Optional.ofNullable(options.get("guardMs"))
            .map(ms -> Duration.ofMillis(Long.parseLong(ms)));
    Map<VipId, VrrpTransport> transports = new LinkedHashMap<>();
    addresses.keySet().forEach(id -> transports.put(id(id), transport(id, transport)));
    return new VipDriverOptions(transports, guard);
  }

  /** {@code peers51=192.0.2.2} is of that one alone. */
  private VrrpTransport transport(String id, VrrpTransport otherwise) {
    String name = "peers" + id;
    return options.containsKey(name)
        ? new VrrpTransport(otherwise.checksum(), peers(name), otherwise.hopLimitMin())
        : otherwise;
  }

  private List<InetAddress> peers(String name) {
    return options.containsKey(name)
        ? Arrays.stream(options.get(name).split(",", -1)).map(InetAddress::ofLiteral).toList()
        : List.of();
  }

  private VipId id(String number) {
    return new VipId(LINK, Integer.parseInt(number), addresses.get(number).contains(":"));
  }

  List<VipOptions> routers() {
    return addresses.keySet().stream().map(this::router).toList();
  }

  /** With the same options. */
  ShellArguments with(List<String> routers) {
    return new ShellArguments(options, parse(routers.toArray(String[]::new)).addresses());
  }

  VipOptions router(String id) {
    List<VipAddress> all = new ArrayList<>();
    for (String address : addresses.get(id).split(",", -1)) {
      String[] halves = address.split("/", 2);
      all.add(new VipAddress(InetAddress.ofLiteral(halves[0]), Integer.parseInt(halves[1])));
    }
    return new VipOptions(
        id(id),
        all,
        Integer.parseInt(options.getOrDefault("priority", "100")),
        Duration.ofMillis(Long.parseLong(options.getOrDefault("everyMs", "100"))),
        Boolean.parseBoolean(options.getOrDefault("preempt", "false")),
        Duration.ZERO,
        "");
  }
}
