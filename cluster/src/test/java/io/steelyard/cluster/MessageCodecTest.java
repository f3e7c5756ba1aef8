package io.steelyard.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.steelyard.cluster.MessageCodec.MalformedException;
import io.steelyard.core.session.SessionEntry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class MessageCodecTest {
  private static final int ROUNDS = Boolean.getBoolean("steelyard.long") ? 3_000_000 : 100_000;

  private static ByteBuffer entries(int n) {
    ByteBuffer entries = ByteBuffer.allocate(n * SessionEntry.BYTES);
    SessionEntry entry = new SessionEntry();
    for (int i = 0; i < n; i++) {
      entry.high = i;
      entry.low = ~i;
      entry.server = 7;
      entry.stamp = 1L << 40;
      entry.seenS = 3;
      entry.ttlS = 4;
      entry.origin = -5;
      entry.write(entries);
    }
    return entries.flip();
  }

  private static List<Message> all() {
    BitSet buckets = new BitSet();
    buckets.set(0);
    buckets.set(Digest.BUCKETS - 1);
    byte[] word = "drain".getBytes(StandardCharsets.US_ASCII);
    return List.of(
        new Message.Delta(5, 6, entries(3)),
        new Message.Ack(7, 8),
        new Message.Ask(9, 10),
        new Message.Have(11, new Digest()),
        new Message.Want(12, buckets),
        new Message.Entries(13, 2, true, entries(MessageCodec.ENTRIES_MAX)),
        new Message.Facts(List.of(Fact.of("a", word, 14, 15), Fact.of("b\u00e9", null, 16, 17))),
        new Message.Tallies(Map.of("requests", 18L)));
  }

  @Test
  void what_is_written_is_read() throws MalformedException {
    for (Message message : all()) {
      Message read = MessageCodec.read(MessageCodec.written(message));
      assertThat(MessageCodec.written(read)).isEqualTo(MessageCodec.written(message));
      assertThat(read).isInstanceOf(message.getClass());
    }
  }

  @Test
  void what_is_too_short_or_too_long_is_malformed() {
    for (Message message : all()) {
      ByteBuffer written = MessageCodec.written(message);
      ByteBuffer longer = ByteBuffer.allocate(written.remaining() + 1).put(written.duplicate());
      longer.clear();
      if (!(message instanceof Message.Want)) {
        assertThatThrownBy(() -> MessageCodec.read(longer)).isInstanceOf(MalformedException.class);
        ByteBuffer shorter = written.slice(0, written.remaining() - 1);
        assertThatThrownBy(() -> MessageCodec.read(shorter)).isInstanceOf(MalformedException.class);
      }
    }
  }

  @Test
  void any_bytes_are_a_message_or_malformed() {
    SplittableRandom random = new SplittableRandom(1);
    List<Message> good = new ArrayList<>(all());
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes;
      if (random.nextBoolean()) {
        bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        if (bytes.length > 0) {
          bytes[0] = (byte) random.nextInt(10);
        }
      } else {
        ByteBuffer written = MessageCodec.written(good.get(random.nextInt(good.size())));
        bytes = new byte[Math.min(written.remaining(), 400)];
        written.get(bytes);
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        Message message = MessageCodec.read(ByteBuffer.wrap(bytes));
        assertThat(message).as("round %d", round).isNotNull();
      } catch (MalformedException e) {
        assertThat(e.getMessage()).as("round %d", round).isNotEmpty();
      }
    }
  }
}
