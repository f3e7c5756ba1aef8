/** Pure codecs: HTTP/1.1, load reports and VRRP over byte arrays, JSON. */
module io.steelyard.wire {
  exports io.steelyard.wire.http1;
  exports io.steelyard.wire.json;
  exports io.steelyard.wire.link;
  exports io.steelyard.wire.orca;
  exports io.steelyard.wire.proxyprotocol;
  exports io.steelyard.wire.vrrp;
}
