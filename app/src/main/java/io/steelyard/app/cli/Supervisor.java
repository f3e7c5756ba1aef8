package io.steelyard.app.cli;

import io.steelyard.net.NotifySocket;
import java.util.Map;

/** Who has started this process and wants to know when it serves: systemd, with {@code notify}. */
final class Supervisor {
  private Supervisor() {}

  /**
   * Says that it serves, and which process does, since another one may have been started: see
   * sd_notify(3).
   */
  static void ready(Map<String, String> environment) {
    String socket = environment.get("NOTIFY_SOCKET");
    if (socket != null) {
      NotifySocket.send(socket, "READY=1\nMAINPID=" + ProcessHandle.current().pid() + "\n");
    }
  }
}
