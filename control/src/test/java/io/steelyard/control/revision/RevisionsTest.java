package io.steelyard.control.revision;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.control.revision.Revision.State;
import io.steelyard.control.revision.Revisions.Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RevisionsTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-01-02T03:04:05Z"));

  @TempDir private Path dir;
  private Path folder;

  @BeforeEach
  void name() {
    folder = dir.resolve("site.yaml.history");
  }

  private Revisions revisions(String kind) {
    Shelf shelf = kind.equals("memory") ? new MemoryShelf() : new FolderShelf(folder);
    return new Revisions(shelf, CLOCK);
  }

  private static Entry put(String text) {
    return new Entry("anna", "put", false, State.WRITTEN, text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "folder"})
  void the_last_fifty_are_kept(String kind) throws Exception {
    Revisions revisions = revisions(kind);
    for (int i = 1; i <= 60; i++) {
      assertThat(revisions.add(put("text " + i))).isEqualTo(i);
    }
    List<Revision> list = revisions.list();
    assertThat(list).hasSize(50);
    assertThat(list.getFirst().number()).isEqualTo(60);
    assertThat(list.getLast().number()).isEqualTo(11);
    assertThat(revisions.find(11).orElseThrow())
        .isEqualTo(
            new Revision(
                11,
                CLOCK.instant(),
                "anna",
                "put",
                false,
                State.WRITTEN,
                "",
                TextDigest.of("text 11"),
                "text 11"));
    assertThat(revisions.find(10)).isEmpty();
  }

  @Test
  void what_nodes_made_of_one_stands_with_it() throws Exception {
    Revisions revisions = revisions("memory");
    String text = "text";
    revisions.add(put(text));
    revisions.conclude(1, State.WRITTEN, "12 requests there");
    String document = TextDigest.of(text);
    assertThat(revisions.refused(TextDigest.of("other"), "lb1", "why")).isFalse();
    assertThat(revisions.refused(document, "lb1", "line 3: unknown key")).isFalse();
    assertThat(revisions.refused(document, "lb1", "line 3: unknown key")).isTrue();
    assertThat(revisions.refused(document, "lb2", "another reason")).isFalse();
    assertThat(outcome(revisions))
        .isEqualTo("12 requests there; refused by lb1, lb2: line 3: unknown key");
    revisions.followed(document, "lb1");
    revisions.followed(document, "lb3");
    assertThat(outcome(revisions)).endsWith("; refused by lb2: line 3: unknown key");
    revisions.followed(document, "lb2");
    assertThat(outcome(revisions)).isEqualTo("12 requests there");
    assertThat(revisions.find(1).orElseThrow().state()).isEqualTo(State.WRITTEN);
  }

  private static String outcome(Revisions revisions) throws Exception {
    return revisions.find(1).orElseThrow().outcome();
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "folder"})
  void what_was_changed_past_all_is_noted_once(String kind) throws Exception {
    Revisions revisions = revisions(kind);
    revisions.seen("a", "changed", () -> true);
    revisions.seen("a", "changed", () -> true);
    revisions.add(put("b"));
    revisions.seen("b", "changed", () -> true);
    // What is only tried is not what all follow.
    revisions.add(new Entry("anna", "put", false, State.TRIED, "c"));
    revisions.seen("b", "changed", () -> true);
    assertThat(revisions.list()).extracting(Revision::text).containsExactly("c", "b", "a");
    revisions.conclude(3, State.RETURNED, "too many errors");
    assertThat(revisions.find(3).orElseThrow().outcome()).isEqualTo("too many errors");
    revisions.remove(3);
    assertThat(revisions.find(3)).isEmpty();
  }

  @Test
  void a_force_counts_while_its_document_is_the_one_of_all() throws Exception {
    MemoryShelf shelf = new MemoryShelf();
    Revisions revisions = new Revisions(shelf, CLOCK);
    revisions.add(new Entry("anna", "put", true, State.WRITTEN, "a"));
    revisions.add(new Entry("anna", "put", true, State.TRIED, "b"));
    List<String> newestFirst = List.copyOf(shelf.all().values()).reversed();
    assertThat(Revisions.writer(newestFirst, TextDigest.of("a")))
        .hasValueSatisfying(r -> assertThat(r.forced()).isTrue());
    assertThat(Revisions.writer(newestFirst, TextDigest.of("b"))).isEmpty();
    assertThat(Revisions.writer(List.of(), TextDigest.of("a"))).isEmpty();
    revisions.add(put("a"));
    newestFirst = List.copyOf(shelf.all().values()).reversed();
    assertThat(Revisions.writer(newestFirst, TextDigest.of("a")))
        .hasValueSatisfying(r -> assertThat(r.forced()).isFalse());
  }

  @Test
  void a_force_is_over_once_something_else_was_written() throws Exception {
    MemoryShelf shelf = new MemoryShelf();
    Revisions revisions = new Revisions(shelf, CLOCK);
    revisions.add(new Entry("anna", "put", true, State.WRITTEN, "a"));
    revisions.add(put("b"));
    List<String> newestFirst = List.copyOf(shelf.all().values()).reversed();
    assertThat(Revisions.writer(newestFirst, TextDigest.of("a")))
        .as("put there past all nodes")
        .isEmpty();
    // What comes to nothing does not end it.
    revisions.add(new Entry("anna", "put", true, State.PENDING, "c"));
    newestFirst = List.copyOf(shelf.all().values()).reversed();
    assertThat(Revisions.writer(newestFirst, TextDigest.of("b"))).isPresent();
    assertThat(Revisions.writer(newestFirst, TextDigest.of("c"))).isPresent();
  }

  @Test
  void what_turns_out_to_be_written_although_its_writer_has_not_heard_so_is_concluded()
      throws Exception {
    Revisions revisions = new Revisions(new MemoryShelf(), CLOCK);
    revisions.add(put("a"));
    revisions.add(new Entry("anna", "put", false, State.PENDING, "b"));
    revisions.confirm(TextDigest.of("a"));
    assertThat(revisions.find(2).orElseThrow().state()).isEqualTo(State.PENDING);
    revisions.confirm(TextDigest.of("b"));
    assertThat(revisions.find(2).orElseThrow().state()).isEqualTo(State.WRITTEN);
  }

  @Test
  void numbers_go_on_behind_those_that_are_known_elsewhere() throws Exception {
    Revisions revisions = new Revisions(new MemoryShelf(), CLOCK);
    assertThat(revisions.add(put("a"), 7)).isEqualTo(8);
    assertThat(revisions.add(put("b"), 2)).isEqualTo(9);
  }

  @Test
  void a_folder_is_its_owners_alone_and_outlives_the_process() throws Exception {
    revisions("folder").add(put("redis://:secret@h"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.toList()).hasSize(1);
    }
    assertThat(revisions("folder").list()).hasSize(1);
    assertThat(revisions("folder").add(put("b"))).isEqualTo(2);
  }

  @Test
  void what_is_damaged_is_left_out() throws Exception {
    Revisions revisions = revisions("folder");
    revisions.add(put("a"));
    Files.writeString(folder.resolve("0000000002.json"), "{\"revision\": 2");
    Files.writeString(folder.resolve("notes.txt"), "mine");
    assertThat(revisions.list()).hasSize(1);
    assertThat(revisions.add(put("b"))).isEqualTo(3);
  }

  @Test
  void where_there_can_be_no_folder_they_are_kept_in_memory() throws Exception {
    Files.writeString(folder, "a file of that name");
    Revisions revisions = revisions("folder");
    assertThat(revisions.add(put("a"))).isEqualTo(1);
    assertThat(revisions.list()).hasSize(1);
  }
}
