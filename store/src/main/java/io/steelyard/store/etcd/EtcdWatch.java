package io.steelyard.store.etcd;

import io.steelyard.store.tree.StoreException;
import io.steelyard.store.tree.Tree;
import io.steelyard.wire.json.JsonException;
import io.steelyard.wire.json.JsonReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The changes of all keys below a prefix, in order and without gaps, from a revision on: etcd keeps
 * the history of its keys until it is compacted. A thread of its own reads them; who does not take
 * them holds it up, and by that the store.
 */
final class EtcdWatch implements AutoCloseable {
  private static final int UNTAKEN_MAX = 1000;

  /** What has come of waiting. */
  sealed interface News {
    /** Changes, and the store's revision after them. */
    record Changes(long revision, List<Change> changes) implements News {
      public Changes {
        changes = List.copyOf(changes);
      }
    }

    /** No change in that time. */
    record Nothing() implements News {}

    /** The changes are forgotten: everything has to be read. */
    record Compacted() implements News {}

    /** There will be none any more. */
    record Broken(StoreException why) implements News {}
  }

  /** A key, and what stands there now, if anything. */
  record Change(String key, Optional<Tree.Entry> entry) {}

  private final InputStream in;
  private final int member;
  private final BlockingQueue<News> news = new ArrayBlockingQueue<>(UNTAKEN_MAX);
  private final Thread reader;
  private long revision;

  private EtcdWatch(InputStream in, int member, long revision) {
    this.in = in;
    this.member = member;
    this.revision = revision;
    this.reader = Thread.ofVirtual().name("etcd watch").start(this::readAll);
  }

  /** Watches for what came after {@code revision}. */
  static EtcdWatch open(EtcdApi api, String prefix, long revision)
      throws StoreException, InterruptedException {
    int member = api.member();
    InputStream in =
        api.stream(
            "/v3/watch",
            "{\"create_request\":{\"key\":%s,\"range_end\":%s,\"start_revision\":\"%d\"}}"
                .formatted(EtcdJson.bytes(prefix), EtcdJson.rangeEnd(prefix), revision + 1));
    return new EtcdWatch(in, member, revision);
  }

  /** Of which member. */
  int member() {
    return member;
  }

  /** Up to which the changes were taken. */
  long revision() {
    return revision;
  }

  /** Waits for changes; all that are there by then. For one thread at a time. */
  News next(Duration atMost) throws InterruptedException {
    News first = news.poll(atMost.toNanos(), TimeUnit.NANOSECONDS);
    if (first == null) {
      return new News.Nothing();
    }
    if (!(first instanceof News.Changes changes)) {
      return first;
    }
    List<Change> all = new ArrayList<>(changes.changes());
    revision = changes.revision();
    while (news.peek() instanceof News.Changes more) {
      news.remove();
      all.addAll(more.changes());
      revision = more.revision();
    }
    return new News.Changes(revision, all);
  }

  private void readAll() {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Optional<News> found = news(line);
        if (found.isPresent()) {
          news.put(found.get());
        }
      }
      news.put(new News.Broken(new StoreException("etcd has ended the watch")));
    } catch (IOException | JsonException e) {
      news.offer(new News.Broken(new StoreException("the watch broke: " + e.getMessage(), e)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Optional<News> news(String line) throws StoreException, JsonException {
    Map<String, Object> answer = EtcdJson.object(JsonReader.read(line));
    if (answer.containsKey("error")) {
      String why = EtcdJson.text(EtcdJson.object(answer, "error"), "message");
      return Optional.of(new News.Broken(new StoreException("the watch was refused: " + why)));
    }
    Map<String, Object> result = EtcdJson.object(answer, "result");
    if (EtcdJson.truth(result, "canceled")) {
      return Optional.of(canceled(result));
    }
    List<Change> changes = new ArrayList<>();
    for (Object item : EtcdJson.list(result, "events")) {
      changes.add(change(EtcdJson.object(item)));
    }
    long revision = EtcdJson.number(EtcdJson.object(result, "header"), "revision");
    return changes.isEmpty() ? Optional.empty() : Optional.of(new News.Changes(revision, changes));
  }

  private static News canceled(Map<String, Object> result) throws StoreException {
    return EtcdJson.number(result, "compact_revision") > 0
        ? new News.Compacted()
        : new News.Broken(
            new StoreException(
                "etcd has ended the watch: " + EtcdJson.text(result, "cancel_reason")));
  }

  private static Change change(Map<String, Object> event) throws StoreException {
    Map<String, Object> kv = EtcdJson.object(event, "kv");
    boolean removed = EtcdJson.text(event, "type").equals("DELETE");
    return new Change(
        EtcdJson.key(kv), removed ? Optional.empty() : Optional.of(EtcdJson.entry(kv)));
  }

  /** Its thread ends. */
  @Override
  public void close() {
    reader.interrupt();
    try {
      in.close();
    } catch (IOException e) {
      // It is closed already.
    }
  }
}
