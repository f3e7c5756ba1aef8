package io.steelyard.admin;

import io.steelyard.control.Status;
import io.steelyard.core.metric.MetricSource;

/** What the admin server shows of a node. Asked by admin threads at any time; answers at once. */
public interface NodeView extends MetricSource {
  /** How the node stands now. */
  Status status();

  /** How the event loops talk to the kernel. */
  String transport();

  /** How many event loops there are. */
  int loops();
}
