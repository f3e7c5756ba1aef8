package io.steelyard.app.node.sharing;

import io.steelyard.cluster.Fact;
import io.steelyard.core.session.SessionShard;
import io.steelyard.proxy.Proxy;
import io.steelyard.proxy.SessionFeed;
import io.steelyard.share.LocalState;
import io.steelyard.share.SessionQuestions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/** Joins what is shared with the proxy's session table; the two do not know each other. */
record ProxyState(Proxy proxy, Consumer<Fact> facts) implements LocalState {
  @Override
  public void visit(SessionShard.Visitor visitor) {
    proxy.sessions().forEach(shard -> shard.visit(visitor));
  }

  @Override
  public int merge(ByteBuffer entries) {
    return proxy.mergeSessions(entries);
  }

  @Override
  public Feed share(int origin, SessionQuestions asking, Duration deadline) {
    SessionFeed feed =
        asking == null
            ? proxy.shareSessions(origin, null, deadline)
            : proxy.shareSessions(
                origin, (keys, answer) -> asking.ask(keys, answer::found), deadline);
    return new Feed() {
      @Override
      public int drain(ByteBuffer into) {
        return feed.drain(into);
      }

      @Override
      public void await(long atMostNs) {
        feed.await(atMostNs);
      }

      @Override
      public long lost() {
        return feed.lost();
      }
    };
  }

  @Override
  public void keep() {
    proxy.keepSessions();
  }

  @Override
  public Map<String, Long> counts() {
    return Map.of("requests", proxy.requests());
  }

  @Override
  public void heard(Fact fact) {
    facts.accept(fact);
  }
}
