/** The admin HTTP API and the metrics. */
module io.steelyard.admin {
  requires transitive io.steelyard.control;
  requires io.steelyard.wire;
  requires java.management;
  requires jdk.httpserver;
  requires jdk.net;

  exports io.steelyard.admin;
}
