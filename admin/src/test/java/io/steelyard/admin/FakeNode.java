package io.steelyard.admin;

import io.steelyard.cluster.ShareStatus;
import io.steelyard.control.ConfigDesk;
import io.steelyard.control.Controller.Changed;
import io.steelyard.control.Events;
import io.steelyard.control.ServerChange;
import io.steelyard.control.Sessions;
import io.steelyard.control.Sharing;
import io.steelyard.control.Status;
import io.steelyard.core.balance.Algorithm;
import io.steelyard.core.explain.Explanation;
import io.steelyard.core.explain.Inquiry;
import io.steelyard.core.explain.NoListenerException;
import io.steelyard.core.health.Health;
import io.steelyard.core.health.Standing;
import io.steelyard.core.health.Wish;
import io.steelyard.core.metric.MetricSink;
import io.steelyard.core.server.ServerId;
import io.steelyard.core.snapshot.Protocol;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicInteger;

/** A node whose state the test sets. */
final class FakeNode implements NodeView {
  volatile Status.State state = Status.State.READY;
  volatile boolean broken;
  volatile boolean draining;
  volatile Sharing.Rotation rotation = Sharing.Rotation.NOT_SHARED;
  volatile Runnable onChange = () -> {};
  final AtomicInteger rotated = new AtomicInteger();
  volatile int remembered = 6;
  volatile ShareStatus share = ShareStatus.NONE;
  volatile Wish wish = Wish.SERVE;
  volatile int weight = 1;
  volatile Sessions.Selection forgotten;
  final Events events = new Events(InstantSource.fixed(Instant.EPOCH), 100);

  /** As if nothing listened. */
  @Override
  public Optional<Explanation> explain(Inquiry inquiry) throws NoListenerException {
    inquiry.door().among(List.of());
    return Optional.empty();
  }

  @Override
  public Events events() {
    return events;
  }

  @Override
  public Changed change(ServerId server, ServerChange change) {
    if (draining) {
      return Changed.DRAINING;
    }
    onChange.run();
    wish = change.wish().orElse(wish);
    change.weight().ifPresent(given -> weight = given.orElse(1));
    return Changed.DONE;
  }

  @Override
  public Status status() {
    var check =
        new Status.CheckStatus(false, "connect refused", Duration.ofMillis(1), Instant.EPOCH);
    var server =
        new Status.ServerStatus(
            new Status.ServerPlace("a", "127.0.0.1:9001", 1, false, "eu-1", 0),
            new Status.ServerLive(
                new Standing(wish, Health.awaiting(2, 3)),
                weight,
                1,
                3,
                OptionalDouble.of(0.25),
                Duration.ofMillis(7),
                new Status.Tries(40, 2)),
            Optional.of(check));
    return new Status(
        "1.0",
        "lb1",
        state,
        Duration.ofSeconds(5),
        3,
        Optional.of(new Status.Reload(true, "", Instant.EPOCH)),
        List.of(new Status.ListenerStatus("web", ":8080", Protocol.HTTP)),
        List.of(
            new Status.PoolStatus(
                "app/x",
                Algorithm.ROUND_ROBIN,
                new Status.PoolLive(true, 3, 2, 1, 0),
                List.of(server))),
        share,
        Optional.empty());
  }

  @Override
  public Optional<ConfigDesk> desk() {
    return Optional.empty();
  }

  @Override
  public String keysVersion() {
    return "keys" + rotated.get();
  }

  @Override
  public Sharing.Rotation rotateKeys() {
    rotated.addAndGet(rotation == Sharing.Rotation.DONE ? 1 : 0);
    return rotation;
  }

  @Override
  public Sessions sessions(Sessions.Selection selection, int listMax) {
    Sessions.Session session =
        new Sessions.Session(
            "00ff", "app/x", Optional.of("a"), Duration.ofSeconds(3), Duration.ofMinutes(30));
    return new Sessions(
        7,
        100,
        2,
        1,
        Map.of(new ServerId("app/x", "a"), remembered),
        1,
        listMax > 0 ? List.of(session) : List.of());
  }

  @Override
  public int forgetSessions(Sessions.Selection selection) {
    forgotten = selection;
    return 6;
  }

  @Override
  public String transport() {
    return "epoll";
  }

  @Override
  public int loops() {
    return 2;
  }

  @Override
  public void collect(MetricSink sink) {
    if (broken) {
      throw new IllegalStateException("planted");
    }
    sink.gauge("steelyard_fake", "Fake.", 7);
  }
}
