package io.steelyard.admin;

import com.sun.net.httpserver.HttpExchange;

/** Who may ask. */
@FunctionalInterface
interface Gate {
  /** Who asks; any thread. */
  Caller admit(HttpExchange exchange) throws NotAdmitted;
}
