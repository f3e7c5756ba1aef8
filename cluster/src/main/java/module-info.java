/** What nodes tell each other, decided without I/O, clock or thread of its own. */
module io.steelyard.cluster {
  requires transitive io.steelyard.core;

  exports io.steelyard.cluster;
  exports io.steelyard.cluster.member;
  exports io.steelyard.cluster.vip;
}
