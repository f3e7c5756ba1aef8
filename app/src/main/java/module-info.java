/** Main, command line, wiring: the only place that sees all. */
module io.steelyard.app {
  requires io.steelyard.admin;
  requires io.steelyard.cluster;
  requires io.steelyard.config;
  requires io.steelyard.control;
  requires io.steelyard.core;
  requires io.steelyard.net;
  requires io.steelyard.proxy;
  requires java.net.http;
  requires io.steelyard.share;
  requires io.steelyard.sim;
  requires io.steelyard.store;
  requires io.steelyard.vip;
  requires io.steelyard.wire;
  requires jdk.httpserver;
  requires jdk.unsupported;
  requires org.snakeyaml.engine;

  provides java.lang.System.LoggerFinder with
      io.steelyard.app.log.ConsoleLoggerFinder;
}
