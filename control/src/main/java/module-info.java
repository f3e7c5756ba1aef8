/** The control plane: configuration + health + operator -> plan -> snapshot. */
module io.steelyard.control {
  requires transitive io.steelyard.cluster;
  requires transitive io.steelyard.config;
  requires transitive io.steelyard.core;
  requires io.steelyard.wire;
  requires java.net.http;
  requires org.dnsjava;

  exports io.steelyard.control;
  exports io.steelyard.control.canary;
  exports io.steelyard.control.cluster;
  exports io.steelyard.control.revision;
  exports io.steelyard.control.discovery;
  exports io.steelyard.control.shared;
}
