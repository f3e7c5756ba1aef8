/** Pure codecs over byte arrays: HTTP/1.1. */
module io.steelyard.wire {
  exports io.steelyard.wire.http1;
  exports io.steelyard.wire.orca;
}
