package io.steelyard.share.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BoardTest {
  @Test
  void a_long_message_goes_in_parts_and_comes_whole() {
    byte[] message = new byte[2 * Board.PART_BYTES_MAX + 1];
    message[message.length - 1] = 7;
    List<byte[]> notes = Board.notes(message, 41);
    assertThat(notes).hasSize(3);
    assertThat(Board.is(new Value(notes.get(2), 1), 43)).isTrue();
    assertThat(Board.is(new Value(notes.get(2), 1), 43 + Board.NOTES)).isFalse();
    Board.Reader reader = new Board.Reader();
    assertThat(reader.read(notes.get(0))).isNull();
    assertThat(reader.read(notes.get(1))).isNull();
    assertThat(reader.read(notes.get(2))).isEqualTo(message);
  }

  @Test
  void a_message_whose_beginning_is_missed_is_left_out() {
    List<byte[]> notes = Board.notes(new byte[2 * Board.PART_BYTES_MAX], 1);
    Board.Reader reader = new Board.Reader();
    assertThat(reader.read(notes.get(1))).isNull();
    assertThat(reader.read(Board.notes(new byte[] {5}, 3).getFirst())).containsExactly(5);
  }

  @Test
  void a_message_has_a_bound() {
    byte[] message = new byte[Board.PARTS_MAX * Board.PART_BYTES_MAX + 1];
    assertThatThrownBy(() -> Board.notes(message, 1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void strange_entries_are_ignored() {
    byte[] text = "0123456789abcdef  nobody 0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    assertThat(Board.publishers(new Value(text, 1))).containsExactly("0123456789abcdef");
    assertThat(Board.publishers(null)).isEmpty();
    assertThat(Board.count(new Value(text, 1))).isZero();
  }
}
