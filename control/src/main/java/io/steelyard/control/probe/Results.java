package io.steelyard.control.probe;

import io.steelyard.control.check.CheckResult;
import io.steelyard.core.server.ServerState;

/** Takes what the checks find. Called by many probe threads at once. */
@FunctionalInterface
public interface Results {
  void found(ServerState server, CheckResult result);
}
