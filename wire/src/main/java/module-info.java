/** Pure codecs: HTTP/1.1 and load reports over byte arrays, JSON. */
module io.steelyard.wire {
  exports io.steelyard.wire.http1;
  exports io.steelyard.wire.json;
  exports io.steelyard.wire.orca;
}
