package io.steelyard.store.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.store.StoreContract;
import io.steelyard.store.tree.KeyStore;
import io.steelyard.store.tree.StoreException;
import io.steelyard.store.tree.Tree;
import io.steelyard.testkit.Eventually;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against real files. */
final class FolderStoreTest extends StoreContract {
  @TempDir private Path dir;
  private Path root;

  @Override
  protected void begin() {
    root = dir.resolve("steelyard");
  }

  @Override
  protected void end() {}

  @Override
  protected KeyStore open(String prefix) throws IOException {
    Path folder = dir.resolve(prefix.substring(1, prefix.length() - 1));
    return FolderStore.of(Files.createDirectories(folder));
  }

  @Override
  protected void writeRaw(String fullKey, byte[] value) throws IOException {
    Files.write(dir.resolve(fullKey.substring(1)), value);
  }

  private Path put(String key, String value) throws IOException {
    Path file = root.resolve(key);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, value);
  }

  /** Within less than the look every 2 s that would find it anyway. */
  private Tree heard(Tree known, String key, String value) throws Exception {
    long startNs = System.nanoTime();
    Tree tree = known;
    while (!tree.value(key).equals(Optional.of(value))) {
      assertThat(System.nanoTime() - startNs).isLessThan(SOON.toNanos());
      tree = store().awaitNewer(tree, SOON);
    }
    return tree;
  }

  @Test
  void what_editors_and_tools_leave_is_no_key() throws Exception {
    put("config", "1");
    for (String name : new String[] {".hidden", ".a.swp", "b~", "c.new", "d.tmp", "e.swp"}) {
      put("pools/app/servers/" + name, "x");
      put(name, "x");
    }
    put("conf.d/10.yaml", "y");
    put("conf.d/20.yml", "y");
    put("conf.d/README", "x");
    assertThat(store().read().entries())
        .containsOnlyKeys("config", "conf.d/10.yaml", "conf.d/20.yml");
    assertThatThrownBy(() -> store().write("conf.d/README", "x", 0))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("'conf.d/README' is no key");
    assertThatThrownBy(() -> store().write("../config", "x", 0)).isInstanceOf(StoreException.class);
  }

  @Test
  void changes_in_folders_old_and_new_are_heard() throws Exception {
    Tree tree = store().awaitNewer(store().read(), A_MOMENT);
    put("config", "1");
    tree = heard(tree, "config", "1");
    put("pools/app/servers/a", "2");
    tree = heard(tree, "pools/app/servers/a", "2");
    put("pools/app/servers/b", "3");
    tree = heard(tree, "pools/app/servers/b", "3");
    Path fresh = Files.writeString(dir.resolve("fresh"), "4");
    Files.move(fresh, root.resolve("config"), StandardCopyOption.ATOMIC_MOVE);
    tree = heard(tree, "config", "4");
    Files.delete(root.resolve("pools/app/servers/a"));
    Files.delete(root.resolve("pools/app/servers/b"));
    Files.delete(root.resolve("pools/app/servers"));
    Tree[] now = {tree};
    Eventually.holds(
        "they are gone",
        () -> {
          now[0] = store().awaitNewer(now[0], A_MOMENT);
          return now[0].entries().keySet().equals(Set.of("config"));
        });
  }

  @Test
  void a_file_that_is_being_written_is_taken_when_it_is_whole() throws Exception {
    Path file = put("config", "old");
    Tree tree = store().awaitNewer(store().read(), A_MOMENT);
    Thread writer =
        Thread.ofVirtual()
            .start(() -> {
              try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
                out.setLength(0);
                for (int i = 0; i < 1000; i++) {
                  out.write("0123456789".getBytes(StandardCharsets.US_ASCII));
                }
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    Tree next = store().awaitNewer(tree, SOON);
    assertThat(next.value("config").orElseThrow()).hasSize(10_000);
    writer.join();
  }

  @Test
  void a_folder_that_is_swapped_by_a_link_keeps_its_keys_as_kubernetes_mounts_it()
      throws Exception {
    Path one = Files.createDirectories(root.resolve("..one/conf.d"));
    Files.writeString(one.resolve("a.yaml"), "1");
    Files.writeString(root.resolve("..one/config"), "1");
    Path two = Files.createDirectories(root.resolve("..two/conf.d"));
    Files.writeString(two.resolve("a.yaml"), "2");
    Files.writeString(root.resolve("..two/config"), "2");
    Path data = Files.createSymbolicLink(root.resolve("..data"), Path.of("..one"));
    Files.createSymbolicLink(root.resolve("config"), Path.of("..data/config"));
    Files.createSymbolicLink(root.resolve("conf.d"), Path.of("..data/conf.d"));
    Tree tree = store().read();
    assertThat(tree.entries()).containsOnlyKeys("config", "conf.d/a.yaml");
    tree = store().awaitNewer(tree, A_MOMENT);
    Path next = Files.createSymbolicLink(root.resolve("..data_tmp"), Path.of("..two"));
    Files.move(next, data, StandardCopyOption.ATOMIC_MOVE);
    tree = store().awaitNewer(tree, SOON);
    assertThat(tree.value("config")).contains("2");
    assertThat(tree.value("conf.d/a.yaml")).contains("2");
    // What is behind the link now is watched, too.
    Files.writeString(two.resolve("b.yaml"), "3");
    assertThat(heard(tree, "conf.d/b.yaml", "3").entries()).hasSize(3);
  }

  @Test
  void a_folder_that_is_removed_is_away_and_an_empty_one_is_empty() throws Exception {
    Path file = put("config", "1");
    Tree tree = store().awaitNewer(store().read(), A_MOMENT);
    Files.delete(file);
    Tree empty = store().awaitNewer(tree, SOON);
    assertThat(empty.entries()).isEmpty();
    Files.delete(root);
    assertThatThrownBy(() -> store().awaitNewer(empty, SOON))
        .isInstanceOf(StoreException.class)
        .hasMessage(root + ": no such folder");
    assertThatThrownBy(() -> store().read()).isInstanceOf(StoreException.class);
    assertThatThrownBy(() -> store().write("config", "1", 0))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("no such folder");
    Files.createDirectory(root);
    put("config", "2");
    heard(empty, "config", "2");
    put("config", "3");
    heard(store().read(), "config", "3");
  }

  @Test
  void what_cannot_be_read_is_named() throws Exception {
    put("config", "1");
    Path link = Files.createSymbolicLink(root.resolve("pools"), Path.of("nowhere"));
    assertThatThrownBy(() -> store().read())
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(link + ": no such file, a link to nowhere?");
    Files.delete(link);
    new ProcessBuilder("mkfifo", root.resolve("pipe").toString()).start().waitFor();
    assertThatThrownBy(() -> store().read())
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("pipe, a socket or a device");
  }

  @Test
  void a_file_that_is_too_large_is_refused_with_its_key() throws Exception {
    put("config", "x".repeat(KeyStore.VALUE_BYTES_MAX + 1));
    assertThat(store().read().entries().get("config").defect()).contains("more than 1048576 bytes");
  }

  @Test
  void who_holds_the_lock_keeps_others_from_writing_but_not_for_ever() throws Exception {
    store().write("config", "1", 0);
    Path lock = root.resolve(".lock");
    Process other =
        new ProcessBuilder(
                "python3",
                "-c",
                "import fcntl,sys; f=open(sys.argv[1],'r+'); fcntl.lockf(f,fcntl.LOCK_EX);"
                    + " print('held',flush=True); sys.stdin.read()",
                lock.toString())
            .start();
    try {
      assertThat(other.inputReader().readLine()).isEqualTo("held");
      long version = store().read().version("config");
      assertThatThrownBy(() -> store().write("config", "2", version))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining(".lock: somebody else has been writing for 2000 ms");
      other.outputWriter().close();
      other.waitFor();
      assertThat(store().write("config", "2", version)).isTrue();
    } finally {
      other.destroyForcibly();
    }
  }

  @Test
  void of_many_that_write_at_once_each_counts_once() throws Exception {
    store().write("config", "0", 0);
    Thread[] writers = new Thread[4];
    for (int i = 0; i < writers.length; i++) {
      writers[i] = Thread.ofVirtual().start(this::countTwenty);
    }
    for (Thread writer : writers) {
      writer.join();
    }
    assertThat(store().read().value("config")).contains("80");
  }

  private void countTwenty() {
    try (KeyStore mine = open("/steelyard/")) {
      for (int i = 0; i < 20; ) {
        Tree tree = mine.read();
        String next = "" + (Integer.parseInt(tree.value("config").orElseThrow()) + 1);
        i += mine.write("config", next, tree.version("config")) ? 1 : 0;
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void a_lease_that_is_not_renewed_runs_out_and_who_waits_hears_of_it() throws Exception {
    KeyStore.Lease lease = store().lease(Duration.ofSeconds(2));
    lease.write("nodes/lb1", "here");
    Tree tree = store().read();
    assertThat(tree.value("nodes/lb1")).contains("here");
    assertThat(Files.readString(root.resolve("nodes/lb1"))).startsWith("# steelyard lease of 2000");
    lease.renew();
    assertThat(store().read()).as("renewing is no change").isEqualTo(tree);
    tree = store().awaitNewer(tree, SOON);
    assertThat(tree.entries()).isEmpty();
    assertThatThrownBy(lease::renew).hasMessageContaining("run out");
    assertThat(store().write("nodes/lb1", "another", 0)).isTrue();
    lease.close();
    assertThat(store().read().value("nodes/lb1")).contains("another");
  }

  @Test
  void a_change_that_nobody_tells_of_is_found_by_looking_now_and_then() throws Exception {
    Path elsewhere = Files.writeString(dir.resolve("elsewhere"), "1");
    Files.createSymbolicLink(root.resolve("config"), elsewhere);
    Tree tree = store().awaitNewer(store().read(), A_MOMENT);
    Files.writeString(elsewhere, "2");
    heard(tree, "config", "2");
  }

  @Test
  void looking_at_twenty_thousand_files_that_stay_as_they_are_reads_none() throws Exception {
    Path servers = Files.createDirectories(root.resolve("pools/app/servers"));
    int many = KeyStore.KEYS_MAX - 10;
    for (int i = 0; i < many; i++) {
      Files.writeString(servers.resolve("s" + i), "10.0.0.1:80");
    }
    Tree tree = store().read();
    assertThat(tree.entries()).hasSize(many);
    long beganNs = System.nanoTime();
    for (int i = 0; i < 3; i++) {
      assertThat(store().read()).isEqualTo(tree);
    }
    System.out.printf(
        "folder: a look at %d files that stay the same takes %d ms%n",
        many, (System.nanoTime() - beganNs) / 3_000_000);
    tree = store().awaitNewer(tree, A_MOMENT);
    long cpuNs = cpuNs();
    assertThat(store().awaitNewer(tree, Duration.ofSeconds(6))).isEqualTo(tree);
    System.out.printf("folder: waiting for 6 s took %d ms of CPU%n", (cpuNs() - cpuNs) / 1_000_000);
    beganNs = System.nanoTime();
    put("pools/app/servers/s7", "10.0.0.2:80");
    heard(tree, "pools/app/servers/s7", "10.0.0.2:80");
    System.out.printf(
        "folder: a change among them was heard after %d ms%n",
        (System.nanoTime() - beganNs) / 1_000_000);
    for (int i = 0; i < 20; i++) {
      Files.writeString(servers.resolve("t" + i), "10.0.0.1:80");
    }
    assertThatThrownBy(() -> store().read()).hasMessageContaining("more than 20000 files");
  }

  private static long cpuNs() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
  }
}
