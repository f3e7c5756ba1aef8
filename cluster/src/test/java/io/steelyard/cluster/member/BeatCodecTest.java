package io.steelyard.cluster.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class BeatCodecTest {
  private static final NodeReport REPORT =
      new NodeReport(
          "1.2.0", "r7", "eu-1", NodeReport.State.READY, 12, 345, List.of("eth0/51"), 1_700_000L);
  private static final Beat BEAT =
      new Beat(
          "lb1",
          1_234,
          -5,
          9,
          -77,
          REPORT,
          List.of("lb2", "lb3"),
          List.of("eth0/51"),
          List.of(new Vote("eth0/51", "lb1", 1_234, -77, 400)));

  @Test
  void what_is_written_is_read() throws Exception {
    assertThat(BeatCodec.read(BeatCodec.write(BEAT))).isEqualTo(BEAT);
  }

  /** They did not, and the thread that sends beats ended. */
  @Test
  void as_many_virtual_addresses_and_nodes_as_there_may_be_fit() throws Exception {
    String node = "n".repeat(63);
    List<String> keys =
        IntStream.range(0, 64)
            .mapToObj(i -> i + "/2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff")
            .toList();
    List<Vote> votes =
        keys.stream().map(key -> new Vote(key, node, Long.MAX_VALUE, -1, 1)).toList();
    NodeReport report =
        new NodeReport("1", "r", node, NodeReport.State.READY, 1, 1, keys, Long.MAX_VALUE);
    Beat full = new Beat(node, 1, 1, 1, 1, report, Collections.nCopies(127, node), keys, votes);
    assertThat(BeatCodec.read(BeatCodec.write(full))).isEqualTo(full);
  }

  @Test
  void a_field_of_a_later_version_is_passed_over() throws Exception {
    ByteBuffer written = BeatCodec.write(BEAT);
    ByteBuffer longer = ByteBuffer.allocate(written.remaining() + 5);
    longer.put(written).put((byte) 99).putShort((short) 2).putShort((short) 7).flip();
    assertThat(BeatCodec.read(longer)).isEqualTo(BEAT);
  }

  @Test
  void a_state_of_a_later_version_is_none_that_could_serve() throws Exception {
    ByteBuffer written = BeatCodec.write(BEAT);
    ByteBuffer changed = ByteBuffer.allocate(written.remaining() + 7);
    changed.put(written).put((byte) 9).putShort((short) 4).putInt(0x72656479).flip();
    assertThat(BeatCodec.read(changed).report().state()).isEqualTo(NodeReport.State.STARTING);
  }

  @Test
  void what_ends_early_or_says_too_much_is_refused() {
    ByteBuffer written = BeatCodec.write(BEAT);
    for (int end = 0; end < written.limit(); end++) {
      ByteBuffer cut = written.duplicate().limit(end);
      try {
        // Whole fields may be missing at the end.
        assertThat(BeatCodec.read(cut).node()).isEqualTo("lb1");
      } catch (BeatCodec.MalformedException e) {
        assertThat(e).hasMessageMatching("it ends .*|it does not say whose it is");
      }
    }
    Beat noisy =
        new Beat("a", 1, 0, 1, 0, REPORT, Collections.nCopies(500, "x"), List.of(), List.of());
    ByteBuffer bounded = BeatCodec.write(noisy);
    ByteBuffer more = ByteBuffer.allocate(bounded.remaining() + 4);
    more.put(bounded).put((byte) 14).putShort((short) 1).put((byte) 'y').flip();
    assertThatThrownBy(() -> BeatCodec.read(more)).hasMessageContaining("more than 128");
  }

  @Test
  void texts_are_cut_between_characters() throws Exception {
    String name = "é".repeat(200);
    Beat read =
        BeatCodec.read(
            BeatCodec.write(new Beat(name, 1, 0, 1, 0, REPORT, List.of(), List.of(), List.of())));
    assertThat(read.node()).isEqualTo("é".repeat(127));
  }

  @Test
  void whatever_comes_is_read_or_refused() {
    SplittableRandom random = new SplittableRandom(11);
    byte[] good = new byte[BeatCodec.write(BEAT).remaining()];
    BeatCodec.write(BEAT).get(good);
    int refused = 0;
    for (int n = 0; n < 20_000; n++) {
      byte[] bytes = good.clone();
      for (int flips = random.nextInt(1, 6); flips > 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        assertThat(BeatCodec.read(ByteBuffer.wrap(bytes)).node()).isNotEmpty();
      } catch (BeatCodec.MalformedException e) {
        refused++;
      }
    }
    assertThat(refused).isBetween(1, 19_999);
  }
}
