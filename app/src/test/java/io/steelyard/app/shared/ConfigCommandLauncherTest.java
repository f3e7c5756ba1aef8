package io.steelyard.app.shared;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.store.tree.KeyStore;
import io.steelyard.testkit.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code steelyard config} against nodes that share their configuration in a real etcd. */
final class ConfigCommandLauncherTest {
  @TempDir private Path dir;
  private Site site;

  @BeforeEach
  void start() throws Exception {
    site = new Site(dir);
  }

  @AfterEach
  void stop() {
    site.close();
  }

  private String servers(String... addresses) {
    return site.document("{servers: ['" + String.join("', '", addresses) + "']}");
  }

  private String put(int node, String document, String... options) throws Exception {
    Path file = site.file("next.yaml", document);
    String[] words = new String[options.length + 3];
    words[0] = "config";
    words[1] = "put";
    words[2] = file.toString();
    System.arraycopy(options, 0, words, 3, options.length);
    return site.command(node, words);
  }

  @Test
  void a_document_is_planned_written_waited_for_and_taken_back() throws Exception {
    String one = site.server("one");
    String two = site.server("two");
    site.put("config", servers(one));
    site.start(3);
    Eventually.holds("one", () -> site.get(3).equals("200 one"));
    Path file = site.file("site.yaml", servers(two));

    assertThat(site.command(1, "config", "diff", file.toString()))
        .startsWith("0 ")
        .contains("- pools.app.servers." + one, "+ pools.app.servers." + two);
    assertThat(site.get(1)).isEqualTo("200 one");
    assertThat(put(2, servers(two), "--wait")).startsWith("0 ").contains("3 of 3 nodes serve it");
    for (int node = 1; node <= 3; node++) {
      assertThat(site.get(node)).isEqualTo("200 two");
    }
    assertThat(put(2, servers(two))).startsWith("0 unchanged");
    assertThat(site.command(3, "config", "get"))
        .startsWith("0 # steelyard document ")
        .endsWith("\n" + servers(two));

    // Past all nodes, with etcd's own tools.
    site.put("config", servers(one, two));
    Eventually.holds("it is noted", () -> history().lines().count() == 4);
    assertThat(history().lines().filter(line -> line.contains("changed in the store"))).hasSize(2);
    assertThat(history()).contains("loopback", "put");
    assertThat(site.command(1, "config", "diff", "1", "2"))
        .contains("- pools.app.servers." + one, "+ pools.app.servers." + two);
    assertThat(site.command(1, "config", "rollback", "1", "--wait"))
        .startsWith("0 ")
        .contains("3 of 3 nodes serve it");
    assertThat(site.get(2)).isEqualTo("200 one");
    assertThat(history()).contains("rollback to 1");
    assertThat(site.command(1, "config", "get", "2")).isEqualTo("0 " + servers(two));
    assertThat(site.command(1, "config", "rollback", "99"))
        .startsWith("1 ")
        .contains("there is no revision 99");
    assertThat(site.command(1, "status")).contains("lb1", "lb2", "lb3", "SERVES");
  }

  private String history() {
    return site.command(1, "config", "history");
  }

  @Test
  void a_document_with_mistakes_is_refused_with_all_of_them_and_nothing_changes() throws Exception {
    site.put("config", servers(site.server("one")));
    site.start(1);
    assertThat(put(1, site.document("{balanc: random, servers: [nowhere]}")))
        .startsWith("1 ")
        .contains("did you mean 'balance'", "nowhere", "next.yaml:2:");
    assertThat(put(1, "")).startsWith("1 ").contains("empty");
    assertThat(site.get(1)).isEqualTo("200 one");
    assertThat(history().lines()).hasSize(2);
  }

  @Test
  void what_would_be_lost_needs_force_and_force_counts_once() throws Exception {
    String last = site.server("last");
    site.put("config", servers(site.server("a"), site.server("b"), last));
    site.start(2);
    assertThat(put(1, servers(last))).startsWith("1 ").contains("would lose 2 of its 3", "--force");
    assertThat(put(1, servers(last), "--force", "--wait")).startsWith("0 ");
    assertThat(site.get(2)).isEqualTo("200 last");
    assertThat(history()).contains("put, forced");
    site.put("config", site.document("{servers: []}"));
    Eventually.holds("an accident", () -> site.status(2).contains("\"refused\":\""));
    assertThat(site.get(2)).isEqualTo("200 last");
    // The same document again, to accept what stands beside it.
    site.put("config", servers(last));
    Eventually.holds("all is well", () -> site.status(2).contains("\"refused\":null"));
    KeyStore.Lease lease = site.store().lease(Duration.ofSeconds(10));
    for (int i = 0; i < 3; i++) {
      lease.write("pools/app/servers/x" + i, site.server("x" + i));
    }
    Eventually.holds("they are there", () -> site.status(2).contains("\"x2\""));
    lease.close();
    Eventually.holds("they vanish at once", () -> site.status(2).contains("would lose 3 of its 4"));
    assertThat(put(1, servers(last), "--force", "--wait"))
        .startsWith("0 ")
        .contains("2 of 2 nodes serve it");
    assertThat(site.status(2)).doesNotContain("\"x2\"");
    assertThat(put(1, "", "--force", "--wait")).startsWith("0 ");
    assertThat(site.status(2)).contains("\"listeners\":[]");
  }

  @Test
  void those_that_try_many_servers_more_go_back_to_few() throws Exception {
    String one = site.server("one");
    String[] many = new String[5];
    for (int i = 0; i < many.length; i++) {
      many[i] = site.server("many");
    }
    site.put("config", servers(one));
    site.start(2);
    Eventually.holds("both are there", () -> site.sees(1, 2));
    assertThat(put(1, servers(many), "--canary", "2", "--for", "1h"))
        .startsWith("1 ")
        .contains("those are all 2 nodes, lb1, lb2: at least one has to go on as before");
    assertThat(put(1, servers(many), "--canary", "lb2", "--for", "1h")).startsWith("0 ");
    Eventually.holds("lb2 tries it", () -> site.get(2).equals("200 many"));
    assertThat(put(1, servers(many))).startsWith("1 ").contains("is being tried by lb2");
    assertThat(site.get(1)).isEqualTo("200 one");
    assertThat(site.command(1, "config", "abort")).startsWith("0 ");
    Eventually.holds("lb2 goes back", () -> site.get(2).equals("200 one"));
    assertThat(site.command(2, "config", "history")).contains("returned: ended by loopback");
    assertThat(site.status(2)).contains("\"refused\":null");
    // Started anew, it begins with what is served for good.
    assertThat(put(1, servers(many), "--canary", "lb2", "--for", "1h")).startsWith("0 ");
    Eventually.holds("lb2 tries it again", () -> site.get(2).equals("200 many"));
    site.node(2).signal("KILL");
    Eventually.holds(
        "it is taken back",
        () -> site.command(1, "config", "history").contains("returned: lb2 is gone"));
  }

  @Test
  void a_canary_that_fails_is_taken_back_and_one_that_does_not_goes_to_all() throws Exception {
    AtomicInteger status = new AtomicInteger(500);
    String good = site.server("good");
    String next = site.server("next", status);
    site.put("config", servers(good));
    site.start(3);
    Eventually.holds("good", () -> site.get(3).equals("200 good"));
    Eventually.holds("all are there", () -> site.sees(1, 3));
    AtomicBoolean ended = new AtomicBoolean();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int node = 1; node <= 3; node++) {
        int asked = node;
        clients.execute(() -> {
          while (!ended.get()) {
            site.get(asked);
          }
        });
      }
      try {
        assertThat(put(3, servers(next), "--canary", "lb2", "--for", "30s", "--wait"))
            .startsWith("1 ")
            .contains("it was taken back", "requests failed there", "with the others");
        Eventually.holds("lb2 is back", () -> site.get(2).equals("200 good"));
        assertThat(history()).contains("returned: ");
        status.set(200);
        assertThat(put(3, servers(next), "--canary", "1", "--for", "2s", "--wait"))
            .startsWith("0 ")
            .contains("being tried by lb1", "3 of 3 nodes serve it");
      } finally {
        ended.set(true);
      }
    }
    assertThat(site.get(3)).isEqualTo("200 next");
    assertThat(history()).contains("written: ", "requests there");
    assertThat(site.command(1, "events")).contains("canary");
  }
}
