package io.steelyard.app.node.sharing;

import io.steelyard.config.Config;
import io.steelyard.control.Controller;
import io.steelyard.core.health.Wish;
import io.steelyard.core.server.ServerId;
import java.time.Duration;

/** The controller, as sharing reaches it: the two need each other, and this one is made later. */
final class LateController {
  private volatile Controller controller;

  void is(Controller made) {
    controller = made;
  }

  Config config() {
    return controller.config();
  }

  /** Another node's operator wishes so. */
  void wished(ServerId server, Wish wish) {
    controller.wished(server, wish);
  }

  /** Has the same configuration served anew, on a thread of its own. */
  void serveAgain() {
    Controller with = controller;
    if (with != null) {
      Thread.ofVirtual().name("serve-again").start(with::serveAgain);
    }
  }

  /** The same, in a while; then does {@code further}. */
  void serveAgainIn(Duration wait, Runnable further) {
    Thread.ofVirtual()
        .name("serve-again-later")
        .start(() -> {
          try {
            Thread.sleep(wait.plusMillis(1));
            serveAgain();
            further.run();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }
}
