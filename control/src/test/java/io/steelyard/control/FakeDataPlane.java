package io.steelyard.control;

import io.steelyard.core.metric.MetricSink;
import io.steelyard.core.session.SessionShard;
import io.steelyard.core.snapshot.Listener;
import io.steelyard.core.snapshot.Snapshot;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Writes down what is asked of it; can fail to bind. */
final class FakeDataPlane implements DataPlane {
  final SessionShard sessions = new SessionShard(100);
  final List<String> calls = new ArrayList<>();
  volatile Snapshot published = Snapshot.EMPTY;
  volatile boolean bindFails;
  volatile Runnable whileBinding = () -> {};
  volatile Runnable whilePublishing = () -> {};
  volatile Runnable whileDraining = () -> {};

  @Override
  public int loops() {
    return 2;
  }

  @Override
  public void prepare(Snapshot snapshot) {}

  @Override
  public void bind(List<Listener> listeners) throws IOException {
    whileBinding.run();
    if (bindFails) {
      throw new IOException("address in use: 127.0.0.1:80");
    }
    calls.add("bind " + names(listeners));
  }

  @Override
  public void publish(Snapshot snapshot) {
    whilePublishing.run();
    published = snapshot;
    calls.add("publish " + snapshot.revision());
  }

  @Override
  public void drain(List<Listener> listeners) {
    calls.add("drain " + names(listeners));
  }

  @Override
  public List<SessionShard> sessions() {
    return List.of(sessions);
  }

  @Override
  public long stampSessions() {
    calls.add("stamp");
    return 7;
  }

  @Override
  public int forgetSessions(SessionShard.Choice choice) {
    calls.add("forget");
    return sessions.clear(choice);
  }

  @Override
  public boolean drainAll(Duration deadline) {
    calls.add("drainAll " + deadline.toSeconds());
    whileDraining.run();
    return true;
  }

  @Override
  public void collect(MetricSink sink) {}

  private static List<String> names(List<Listener> listeners) {
    return listeners.stream().map(Listener::name).toList();
  }
}
