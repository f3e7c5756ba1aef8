package io.steelyard.share.memcached;

import io.steelyard.share.call.Calls.Answer;
import io.steelyard.share.store.Store.UnavailableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The name of what the servers hold: for each one the random value of a key that the first who asks
 * has set there, its process, and how often it was emptied; or that it does not answer. In a
 * container every process has number 1: hence the key, which goes when the server restarts. A node
 * that could not write to a server for a while sets it a new key, so that all nodes write again.
 */
final class Identity {
  private static final String KEY = MemcachedStore.PREFIX + "content";
  private static final int ID_BYTES = 12;

  private final Servers servers;
  private final SecureRandom random = new SecureRandom();

  Identity(Servers servers) {
    this.servers = servers;
  }

  String name() throws UnavailableException {
    List<Server.Words<String>> words = new ArrayList<>();
    servers.all().forEach(server -> words.add(talk -> name(server, talk)));
    List<Answer<String>> answers = servers.askAll(servers.all(), words);
    List<String> names = new ArrayList<>();
    Exception last = null;
    for (Answer<String> answer : answers) {
      names.add(answer.failure() == null ? answer.result() : "");
      last = answer.failure() == null ? last : answer.failure();
    }
    if (names.stream().allMatch(String::isEmpty)) {
      throw Servers.failed(servers.all(), last);
    }
    return String.join(",", names);
  }

  private String name(Server server, Talk talk) throws IOException {
    if (server.stale().getAndSet(false)) {
      boolean done = false;
      try {
        talk.put(List.of(Put.always(KEY, id(), 0)));
        done = true;
      } finally {
        server.stale().compareAndSet(false, !done);
      }
    }
    Value there = talk.gets(List.of(KEY)).get(KEY);
    if (there == null) {
      talk.put(List.of(Put.over(null, KEY, id(), 0)));
      there = talk.gets(List.of(KEY)).get(KEY);
    }
    Map<String, String> stats = talk.stats();
    String id = there == null ? "?" : new String(there.bytes(), StandardCharsets.US_ASCII);
    return id + "@" + stats.get("pid") + "." + stats.get("cmd_flush");
  }

  private byte[] id() {
    byte[] id = new byte[ID_BYTES];
    random.nextBytes(id);
    return HexFormat.of().formatHex(id).getBytes(StandardCharsets.US_ASCII);
  }
}
