/** Typed configuration: parse, validate, point at the error. */
module io.steelyard.config {
  requires transitive io.steelyard.core;
  requires org.snakeyaml.engine;

  exports io.steelyard.config;
}
