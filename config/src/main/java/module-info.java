/** Typed configuration: parse, validate, point at the error. */
module io.steelyard.config {
  requires transitive io.steelyard.core;
  requires org.snakeyaml.engine.v2;

  exports io.steelyard.config;
}
