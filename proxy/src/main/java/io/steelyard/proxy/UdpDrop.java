package io.steelyard.proxy;

/** Why a datagram went nowhere. */
enum UdpDrop {
  /** Its client has no session, and there are as many as there may be. */
  SESSIONS_FULL("sessions-full"),
  /** Its client has no session, and no server takes one. */
  NO_SERVER("no-server"),
  /** This host lacks what a session needs: descriptors, memory, ports. */
  NO_SOCKET("no-socket"),
  /** It is longer than what can be passed on. */
  TOO_LONG("too-long"),
  /** The way to the server did not take it just then. */
  SERVER_UNSENT("server-unsent"),
  /** The way to the client did not take it. */
  CLIENT_UNSENT("client-unsent");

  private final String label;

  UdpDrop(String label) {
    this.label = label;
  }

  /** As metrics call it. */
  String label() {
    return label;
  }
}
