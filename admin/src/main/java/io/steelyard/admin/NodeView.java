package io.steelyard.admin;

import io.steelyard.core.metric.MetricSource;
import io.steelyard.core.snapshot.Snapshot;
import java.time.Duration;
import java.util.Optional;

/** What the admin server shows of a node. Asked by admin threads at any time; answers at once. */
public interface NodeView extends MetricSource {
  /** The version of the program. */
  String version();

  /** How the event loops talk to the kernel. */
  String transport();

  /** How many event loops there are. */
  int loops();

  /** Since the start. */
  Duration uptime();

  /** What requests are served by now. */
  Snapshot snapshot();

  /** Why no traffic should be sent here now; empty when it may. */
  Optional<String> notReadyBecause();

  /** What is wrong with the configuration that was last offered and refused; empty if none. */
  Optional<String> reloadError();
}
