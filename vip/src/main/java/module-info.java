/** What moves bytes for virtual addresses: VRRP, addresses of links, their announcement. */
module io.steelyard.vip {
  requires transitive io.steelyard.cluster;
  requires transitive io.steelyard.wire;
  requires io.steelyard.net;

  exports io.steelyard.vip;
  exports io.steelyard.vip.guard;
  exports io.steelyard.vip.link;
}
