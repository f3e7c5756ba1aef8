package io.steelyard.admin;

import io.steelyard.control.ConfigDesk;
import io.steelyard.control.Controller.Changed;
import io.steelyard.control.Events;
import io.steelyard.control.ServerChange;
import io.steelyard.control.Sessions;
import io.steelyard.control.Sharing.Rotation;
import io.steelyard.control.Status;
import io.steelyard.control.cluster.ClusterStatus;
import io.steelyard.core.explain.Explanation;
import io.steelyard.core.explain.Inquiry;
import io.steelyard.core.explain.NoListenerException;
import io.steelyard.core.metric.MetricSource;
import io.steelyard.core.server.ServerId;
import java.util.Optional;

/**
 * What the admin server shows of a node and changes in it. Asked by admin threads at any time;
 * answers at once.
 */
public interface NodeView extends MetricSource {
  /** How the node stands now. */
  Status status();

  /** The other nodes, and the virtual addresses. */
  default ClusterStatus cluster() {
    return ClusterStatus.ALONE;
  }

  /**
   * What would become of a request that nobody has sent; empty if its listener is about to open or
   * to close. May take some milliseconds.
   *
   * @throws NoListenerException if it cannot be said where it would come in
   */
  Optional<Explanation> explain(Inquiry inquiry) throws NoListenerException;

  /** What has happened. */
  Events events();

  /** Changes what the operator wants of a server. */
  Changed change(ServerId server, ServerChange change);

  /** What is remembered of sessions; lists at most so many of them. */
  Sessions sessions(Sessions.Selection selection, int listMax);

  /** Forgets sessions; how many. */
  int forgetSessions(Sessions.Selection selection);

  /**
   * Which keys for sessions are in use, by a name that tells nothing of them; empty while there are
   * none but perhaps this process's own.
   */
  String keysVersion();

  /** Gives all nodes a new key for sessions in common. */
  Rotation rotateKeys();

  /** Where its configuration is read and written; empty when that is nowhere to be changed. */
  Optional<ConfigDesk> desk();

  /** How the event loops talk to the kernel. */
  String transport();

  /** How many event loops there are. */
  int loops();
}
