package io.steelyard.testkit.consul;

import io.steelyard.testkit.consul.ConsulState.Listing;
import io.steelyard.testkit.consul.ConsulState.Pair;
import io.steelyard.testkit.consul.Exchange.Refusal;
import io.steelyard.testkit.consul.FakeConsulOptions.Token;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What an agent of Consul answers, after the documentation's pages "KV Store Endpoints", "Session
 * HTTP Endpoint", "Blocking Queries", "Consistency Modes" and "Access Control List (ACL) Overview".
 * Without a leader it answers what may be old, and nothing else. A list shows what its token may
 * read, and says so where something is left out, but not to those who show no token.
 */
final class ConsulHttp {
  private static final String KV = "/v1/kv/";
  private static final String CREATE = "/v1/session/create";
  private static final String RENEW = "/v1/session/renew/";
  private static final String DESTROY = "/v1/session/destroy/";
  private static final int VALUE_BYTES_MAX = 512 << 10;
  private static final Duration WAIT_DEFAULT = Duration.ofMinutes(5);
  private static final Duration WAIT_MAX = Duration.ofMinutes(10);
  private static final Duration TTL_MAX = Duration.ofHours(24);

  /** The part of a wait by which it may take longer. */
  private static final int JITTER = 16;

  private final FakeConsulOptions options;
  private final ConsulState state;
  private volatile boolean leader = true;

  ConsulHttp(FakeConsulOptions options, ConsulState state) {
    this.options = options;
    this.state = state;
  }

  /** Whether the servers have elected one; who waits hears of it. */
  void leader(boolean elected) {
    synchronized (state) {
      leader = elected;
      state.notifyAll();
    }
  }

  void answer(Exchange asked) throws IOException, InterruptedException {
    try {
      if (asked.path().startsWith(KV)) {
        keys(asked);
      } else if (asked.path().startsWith("/v1/session/")) {
        sessions(asked);
      } else if (asked.path().equals("/v1/status/leader")) {
        asked.answer(200, leader ? "\"127.0.0.1:8300\"" : "\"\"");
      } else {
        asked.answer(404, "Invalid URL path: not a recognized HTTP API endpoint");
      }
    } catch (Refusal e) {
      asked.answer(e.status(), e.getMessage());
    } catch (NumberFormatException e) {
      asked.answer(500, "strconv.ParseUint: invalid syntax");
    }
  }

  private void keys(Exchange asked) throws Refusal, IOException, InterruptedException {
    String key = asked.after(KV);
    if (key.isEmpty() && !asked.has("recurse")) {
      throw new Refusal(400, "Missing key name");
    }
    switch (asked.method()) {
      case "GET" -> read(asked, key);
      case "PUT" -> write(asked, key);
      case "DELETE" -> delete(asked, key);
      default -> throw new Refusal(405, "method " + asked.method() + " not allowed");
    }
  }

  private void read(Exchange asked, String key) throws Refusal, IOException, InterruptedException {
    if (asked.has("stale") && asked.has("consistent")) {
      throw new Refusal(400, "Cannot specify ?stale with ?consistent, conflicting semantics.");
    }
    Optional<Token> token = token(asked);
    boolean tree = asked.has("recurse");
    if (!tree && !mayRead(token, key)) {
      throw denied("key:read", key);
    }
    Listing found =
        awaited(
            asked,
            () -> {
              synchronized (state) {
                return tree ? state.list(key) : state.get(key);
              }
            });
    List<Pair> seen = found.pairs().stream().filter(p -> mayRead(token, p.key())).toList();
    if (token.isPresent() && seen.size() < found.pairs().size()) {
      asked.header("X-Consul-Results-Filtered-By-ACLs", "true");
    }
    asked.header("X-Consul-Index", "" + found.index());
    asked.header("X-Consul-KnownLeader", "" + leader);
    asked.header("X-Consul-LastContact", "0");
    asked.header("Content-Type", "application/json");
    asked.answer(
        seen.isEmpty() ? 404 : 200,
        seen.isEmpty()
            ? ""
            : seen.stream().map(Pair::json).collect(Collectors.joining(",", "[", "]")));
  }

  /** Waits until the index is higher than the one that the caller knows, or the time is over. */
  private Listing awaited(Exchange asked, Supplier<Listing> look)
      throws Refusal, InterruptedException {
    long known = asked.number("index");
    long startNs = System.nanoTime();
    long waitNs = waitNs(asked.value("wait"));
    synchronized (state) {
      while (true) {
        if (!leader && !asked.has("stale")) {
          throw new Refusal(500, "No cluster leader");
        }
        Listing found = look.get();
        long leftNs = waitNs - (System.nanoTime() - startNs);
        if (known == 0 || found.index() > known || leftNs <= 0) {
          return found;
        }
        state.wait(leftNs / 1_000_000 + 1);
      }
    }
  }

  private static long waitNs(String text) throws Refusal {
    Duration asked = WAIT_DEFAULT;
    if (!text.isEmpty()) {
      asked = Exchange.duration(text).orElseThrow(() -> new Refusal(400, "Invalid wait time"));
    }
    long waitNs = Math.min(asked.toNanos(), WAIT_MAX.toNanos());
    return waitNs + (long) (ThreadLocalRandom.current().nextDouble() * waitNs / JITTER);
  }

  private void write(Exchange asked, String key) throws Refusal, IOException {
    conflict(asked, "cas", "acquire", "release");
    if (asked.body().length > VALUE_BYTES_MAX) {
      throw new Refusal(
          413,
          "Request body(%d bytes) too large, max size: %d bytes. See"
                  .formatted(asked.body().length, VALUE_BYTES_MAX)
              + " https://www.consul.io/docs/agent/config/config-files#kv_max_value_size.");
    }
    mayChange(asked, "key:write", key);
    String value = Base64.getEncoder().encodeToString(asked.body());
    long flags = asked.number("flags");
    boolean done = true;
    synchronized (state) {
      if (asked.has("cas")) {
        done = state.setIf(asked.number("cas"), key, value, flags);
      } else if (asked.has("acquire")) {
        done = acquire(asked.value("acquire"), key, value, flags);
      } else if (asked.has("release")) {
        done = state.release(asked.value("release"), key, value, flags);
      } else {
        state.set(key, value, flags);
      }
    }
    asked.answer(200, "" + done);
  }

  private boolean acquire(String session, String key, String value, long flags) throws Refusal {
    if (state.session(session) == null) {
      throw new Refusal(500, "invalid session \"" + session + "\"");
    }
    return state.acquire(session, key, value, flags, System.nanoTime());
  }

  private void delete(Exchange asked, String key) throws Refusal, IOException {
    conflict(asked, "recurse", "cas");
    mayChange(asked, "key:write", key);
    boolean done = true;
    synchronized (state) {
      if (asked.has("cas")) {
        done = state.deleteIf(asked.number("cas"), key);
      } else if (asked.has("recurse")) {
        state.deleteTree(key);
      } else {
        state.delete(key);
      }
    }
    asked.answer(200, "" + done);
  }

  private static void conflict(Exchange asked, String... names) throws Refusal {
    int found = 0;
    for (String name : names) {
      found += asked.has(name) ? 1 : 0;
    }
    if (found > 1) {
      throw new Refusal(400, "Conflicting flags");
    }
  }

  private void sessions(Exchange asked) throws Refusal, IOException {
    if (!asked.method().equals("PUT")) {
      throw new Refusal(405, "method " + asked.method() + " not allowed");
    }
    mayChange(asked, "session:write", "");
    if (asked.path().equals(CREATE)) {
      create(asked);
    } else if (asked.path().startsWith(RENEW)) {
      renew(asked, asked.after(RENEW));
    } else if (asked.path().startsWith(DESTROY)) {
      synchronized (state) {
        state.end(asked.after(DESTROY), System.nanoTime());
      }
      asked.answer(200, "true");
    } else {
      throw new Refusal(404, "Invalid URL path: not a recognized HTTP API endpoint");
    }
  }

  private void create(Exchange asked) throws Refusal, IOException {
    Duration ttl = Exchange.duration(asked.field("TTL").orElse("")).orElse(Duration.ZERO);
    if (ttl.compareTo(options.ttlMin()) < 0 || ttl.compareTo(TTL_MAX) > 0) {
      throw new Refusal(
          500,
          "Invalid Session TTL '%d', must be between [%s=24h0m0s]"
              .formatted(ttl.toNanos(), options.ttlMin()));
    }
    String behavior = asked.field("Behavior").orElse("release");
    if (!List.of("release", "delete").contains(behavior)) {
      throw new Refusal(500, "Invalid Behavior setting '" + behavior + "'");
    }
    Duration lockDelay =
        Exchange.duration(asked.field("LockDelay").orElse("15s"))
            .orElseThrow(() -> new Refusal(400, "Request decode failed: LockDelay"));
    String id = UUID.randomUUID().toString();
    synchronized (state) {
      state.open(id, ttl, behavior, lockDelay, System.nanoTime(), chance());
    }
    asked.answer(200, "{\"ID\":\"" + id + "\"}");
  }

  private void renew(Exchange asked, String id) throws Refusal, IOException {
    String found;
    synchronized (state) {
      ConsulState.Session session = state.session(id);
      if (session == null) {
        throw new Refusal(404, "Session id '" + id + "' not found");
      }
      state.renew(session, System.nanoTime(), chance());
      found = session.json();
    }
    asked.answer(200, "[" + found + "]");
  }

  private static double chance() {
    return ThreadLocalRandom.current().nextDouble();
  }

  private void mayChange(Exchange asked, String right, String key) throws Refusal {
    Optional<Token> token = token(asked);
    boolean allowed =
        options.tokens().isEmpty()
            || (token.isPresent() && token.get().writes() && mayRead(token, key));
    if (!allowed) {
      throw denied(right, key);
    }
    if (!leader) {
      throw new Refusal(500, "No cluster leader");
    }
  }

  /** Sessions have no key: the empty one is everybody's. */
  private boolean mayRead(Optional<Token> token, String key) {
    return options.tokens().isEmpty()
        || (token.isPresent() && (key.isEmpty() || key.startsWith(token.get().prefix())));
  }

  private Optional<Token> token(Exchange asked) throws Refusal {
    String secret = asked.token();
    if (secret.isEmpty() || options.tokens().isEmpty()) {
      return Optional.empty();
    }
    Optional<Token> token =
        options.tokens().stream().filter(t -> t.secret().equals(secret)).findAny();
    if (token.isEmpty()) {
      throw new Refusal(403, "ACL not found");
    }
    return token;
  }

  private static Refusal denied(String right, String key) {
    return new Refusal(
        403,
        "Permission denied: token with AccessorID '00000000-0000-0000-0000-000000000002' lacks"
            + " permission '%s' on \"%s\"".formatted(right, key));
  }
}
