package io.steelyard.app.node;

import io.steelyard.control.DataPlane;
import io.steelyard.core.metric.MetricSink;
import io.steelyard.core.session.SessionShard;
import io.steelyard.core.snapshot.Listener;
import io.steelyard.core.snapshot.Snapshot;
import io.steelyard.proxy.Proxy;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Joins the control plane's port with the proxy; the two do not know each other. */
record ProxyDataPlane(Proxy proxy) implements DataPlane {
  @Override
  public int loops() {
    return proxy.loops();
  }

  @Override
  public void prepare(Snapshot snapshot) throws IOException {
    proxy.prepare(snapshot);
  }

  @Override
  public void bind(List<Listener> listeners) throws IOException {
    proxy.bind(listeners);
  }

  @Override
  public void publish(Snapshot snapshot) {
    proxy.publish(snapshot);
  }

  @Override
  public void drain(List<Listener> listeners) {
    proxy.drain(listeners);
  }

  @Override
  public List<SessionShard> sessions() {
    return proxy.sessions();
  }

  @Override
  public long stampSessions() {
    return proxy.stampSessions();
  }

  @Override
  public int forgetSessions(SessionShard.Choice choice) {
    return proxy.forgetSessions(choice);
  }

  @Override
  public boolean drainAll(Duration deadline) throws InterruptedException {
    return proxy.drainAll(deadline);
  }

  @Override
  public void collect(MetricSink sink) {
    proxy.collect(sink);
  }
}
