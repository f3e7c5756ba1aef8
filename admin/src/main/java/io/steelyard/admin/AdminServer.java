package io.steelyard.admin;

/** The admin HTTP server. */
public final class AdminServer {
  /** Not started yet. */
  public AdminServer() {}
}
