/** The admin HTTP API and the metrics. */
module io.steelyard.admin {
  requires transitive io.steelyard.control;
  requires java.management;
  requires jdk.httpserver;

  exports io.steelyard.admin;
}
