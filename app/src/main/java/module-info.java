/** Main, command line, wiring: the only place that sees all. */
module io.steelyard.app {
  requires info.picocli;
  requires io.steelyard.admin;
  requires io.steelyard.config;
  requires io.steelyard.control;
  requires io.steelyard.core;
  requires io.steelyard.proxy;

  opens io.steelyard.app.cli to
      info.picocli;
}
