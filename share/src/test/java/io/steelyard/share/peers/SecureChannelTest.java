package io.steelyard.share.peers;

import static io.steelyard.share.peers.Wire.keys;
import static io.steelyard.share.peers.Wire.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.steelyard.core.session.Keyring;
import io.steelyard.share.peers.Wire.Channels;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SecureChannelTest {
  private static final Keyring KEYS = keys(1);

  private static byte[] random(int length, long seed) {
    byte[] bytes = new byte[length];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] copy = new byte[buffer.remaining()];
    buffer.get(copy);
    return copy;
  }

  @Test
  void two_nodes_with_one_key_learn_who_the_other_is() throws IOException {
    try (Wire wire = Wire.connect();
        Channels ends = wire.channels(KEYS)) {
      assertThat(ends.dialler().peerHello()).isEqualTo(text("acceptor"));
      assertThat(ends.acceptor().peerHello()).isEqualTo(text("dialler"));
      ends.dialler().send(ByteBuffer.wrap(text("there")));
      ends.acceptor().send(ByteBuffer.wrap(text("and back")));
      assertThat(bytes(ends.acceptor().receive())).isEqualTo(text("there"));
      assertThat(bytes(ends.dialler().receive())).isEqualTo(text("and back"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0,
        1,
        15,
        16,
        17,
        FrameReader.USUAL_BYTES - 1,
        FrameReader.USUAL_BYTES,
        FrameReader.USUAL_BYTES + 1,
        SecureChannel.FRAME_BYTES_MAX
      })
  void frames_of_every_length_come_over(int length) throws IOException {
    byte[] sent = random(length, length);
    try (Wire wire = Wire.connect();
        Channels ends = wire.channels(KEYS)) {
      for (int i = 0; i < 3; i++) {
        ByteBuffer buffer =
            i == 1 ? ByteBuffer.allocateDirect(length).put(sent).flip() : ByteBuffer.wrap(sent);
        CompletableFuture<Boolean> writer =
            Wire.start(() -> {
              ends.dialler().send(buffer);
              ends.dialler().send(sent, 0, Math.min(7, length));
              return buffer.hasRemaining();
            });
        assertThat(bytes(ends.acceptor().receive())).isEqualTo(sent);
        assertThat(ends.acceptor().receive().remaining()).isEqualTo(Math.min(7, length));
        assertThat(writer.join()).isFalse();
      }
    }
  }

  @Test
  void a_longer_frame_or_hello_is_refused_by_the_sender() throws IOException {
    try (Wire wire = Wire.connect();
        Channels ends = wire.channels(KEYS)) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> ends.dialler().send(ByteBuffer.allocate(SecureChannel.FRAME_BYTES_MAX + 1)));
      assertThatIllegalArgumentException()
          .isThrownBy(() ->
              SecureChannel.dial(
                  wire.dialler(),
                  KEYS,
                  new byte[SecureChannel.HELLO_BYTES_MAX + 1],
                  Wire.DEADLINE));
      ends.dialler().send(ByteBuffer.wrap(text("still open")));
      assertThat(bytes(ends.acceptor().receive())).isEqualTo(text("still open"));
    }
  }

  @Test
  void a_hello_may_have_four_kibibytes() throws IOException {
    byte[] hello = random(SecureChannel.HELLO_BYTES_MAX, 1);
    try (Wire wire = Wire.connect()) {
      CompletableFuture<SecureChannel> accepted = wire.accept(KEYS);
      SecureChannel dialled = SecureChannel.dial(wire.dialler(), KEYS, hello, Wire.DEADLINE);
      try (Channels ends = new Channels(dialled, accepted.join())) {
        assertThat(ends.acceptor().peerHello()).isEqualTo(hello);
      }
    }
  }

  @Test
  void a_key_is_rotated_without_a_moment_in_which_nodes_cannot_talk() throws IOException {
    Keyring[] steps = {keys(1), keys(1, 2), keys(2, 1), keys(2)};
    for (int i = 0; i < steps.length; i++) {
      for (int j = Math.max(0, i - 1); j <= Math.min(steps.length - 1, i + 1); j++) {
        try (Wire wire = Wire.connect()) {
          CompletableFuture<SecureChannel> accepted = wire.accept(steps[i]);
          try (Channels ends = new Channels(wire.dial(steps[j]).join(), accepted.join())) {
            assertThat(ends.dialler().peerHello()).isEqualTo(text("acceptor"));
          }
        }
      }
    }
  }

  @Test
  void nothing_said_can_be_read_on_the_wire() throws IOException {
    ByteArrayOutputStream record = new ByteArrayOutputStream();
    try (Wire wire = Wire.connect()) {
      CompletableFuture<SecureChannel> accepted = wire.accept(KEYS);
      Socket spied = Wire.recorded(wire.dialler(), record);
      SecureChannel dialled = SecureChannel.dial(spied, KEYS, text("my name is"), Wire.DEADLINE);
      try (Channels ends = new Channels(dialled, accepted.join())) {
        ends.dialler().send(ByteBuffer.wrap(text("a session of a user")));
        ends.dialler().send(ByteBuffer.wrap(text("a session of a user")));
        assertThat(bytes(ends.acceptor().receive())).isEqualTo(text("a session of a user"));
      }
    }
    String wired = record.toString(StandardCharsets.ISO_8859_1);
    assertThat(wired).contains("STLY").doesNotContain("my name is", "session");
    int frame = "a session of a user".length() + SecureChannel.OVERHEAD_BYTES;
    String last = wired.substring(wired.length() - frame);
    assertThat(wired.indexOf(last.substring(4))).isEqualTo(wired.length() - frame + 4);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 20, 23, 24, 30, 43, 63})
  void a_flipped_bit_anywhere_in_a_frame_closes_the_channel(int at) throws IOException {
    int before = 8 + 64 + 8 + text("dialler").length + SecureChannel.OVERHEAD_BYTES;
    try (Wire wire = Wire.connect()) {
      CompletableFuture<SecureChannel> dialled = wire.dial(KEYS);
      // The first frame has 24 bytes and comes over, the second one does or does not.
      Socket changed =
          Wire.changed(wire.acceptor(), in -> new Wire.Flip(in, before + at, 1 << at % 8));
      try (SecureChannel accepted =
              SecureChannel.accept(changed, KEYS, text("acceptor"), Wire.DEADLINE);
          SecureChannel sender = dialled.join()) {
        accepted.readTimeout(Duration.ofMillis(200));
        sender.send(ByteBuffer.wrap(text("four")));
        sender.send(ByteBuffer.wrap(random(20, 1)));
        assertThatIOException()
            .isThrownBy(() -> {
              assertThat(bytes(accepted.receive())).isEqualTo(text("four"));
              accepted.receive();
            });
        assertThat(wire.acceptor().isClosed()).isTrue();
        assertThatIOException().isThrownBy(accepted::receive);
      }
    }
  }

  @Test
  void a_length_beyond_the_bound_is_refused_before_memory_is_taken() throws IOException {
    int before = 8 + 64 + 8 + text("dialler").length + SecureChannel.OVERHEAD_BYTES;
    try (Wire wire = Wire.connect()) {
      CompletableFuture<SecureChannel> dialled = wire.dial(KEYS);
      Socket changed = Wire.changed(wire.acceptor(), in -> new Wire.Flip(in, before, 0x7F));
      try (SecureChannel accepted =
              SecureChannel.accept(changed, KEYS, text("acceptor"), Wire.DEADLINE);
          SecureChannel sender = dialled.join()) {
        sender.send(ByteBuffer.wrap(text("four")));
        assertThatIOException()
            .isThrownBy(accepted::receive)
            .withMessage("a frame of " + (0x7F00_0000L + 20) + " bytes");
      }
    }
  }

  @Test
  void the_end_of_the_other_side_is_told_from_one_within_a_frame() throws IOException {
    try (Wire wire = Wire.connect();
        Channels ends = wire.channels(KEYS)) {
      ends.dialler().send(ByteBuffer.wrap(text("last")));
      ends.dialler().close();
      assertThat(bytes(ends.acceptor().receive())).isEqualTo(text("last"));
      assertThatExceptionOfType(EOFException.class)
          .isThrownBy(() -> ends.acceptor().receive())
          .withMessage("the connection was closed");
    }
    try (Wire wire = Wire.connect();
        Channels ends = wire.channels(KEYS)) {
      wire.dialler().getOutputStream().write(new byte[] {0, 0, 0, 20, 1});
      wire.dialler().close();
      assertThatExceptionOfType(EOFException.class)
          .isThrownBy(() -> ends.acceptor().receive())
          .withMessageContaining("within a frame");
    }
  }

  @Test
  void a_silent_peer_is_found_dead() throws IOException {
    try (Wire wire = Wire.connect();
        Channels ends = wire.channels(KEYS)) {
      ends.acceptor().readTimeout(Duration.ofMillis(50));
      assertThatExceptionOfType(SocketTimeoutException.class)
          .isThrownBy(() -> ends.acceptor().receive());
      assertThatExceptionOfType(EOFException.class).isThrownBy(() -> ends.dialler().receive());
    }
  }

  @Test
  void closing_ends_a_writer_that_the_other_side_does_not_read() throws IOException {
    try (Wire wire = Wire.connect();
        Channels ends = wire.channels(KEYS)) {
      byte[] much = new byte[SecureChannel.FRAME_BYTES_MAX];
      CompletableFuture<Object> writer =
          Wire.start(() -> {
            while (true) {
              ends.dialler().send(ByteBuffer.wrap(much));
            }
          });
      ends.acceptor().receive();
      ends.dialler().close();
      assertThat(writer.handle((_, e) -> e).join()).isInstanceOf(IOException.class);
    }
  }

  @Test
  void keys_are_not_used_beyond_what_they_are_good_for() throws Exception {
    SecretKey key = new SecretKeySpec(random(32, 1), "AES");
    FrameCipher cipher = FrameCipher.sealing(key, FrameCipher.FRAMES_MAX - 1);
    byte[] out = new byte[100];
    assertThat(cipher.seal(new byte[10], 0, 10, out)).isEqualTo(30);
    assertThatIOException()
        .isThrownBy(() -> cipher.seal(new byte[10], 0, 10, out))
        .withMessageContaining("worn out");
  }

  @Test
  void a_quarter_of_a_gibibyte_shows_how_fast_it_is() throws IOException {
    int frames = 1 << 12;
    byte[] plain = random(FrameReader.USUAL_BYTES, 1);
    try (Wire wire = Wire.connect();
        Channels ends = wire.channels(KEYS)) {
      long startNs = System.nanoTime();
      CompletableFuture<Boolean> writer =
          Wire.start(() -> {
            for (int i = 0; i < frames; i++) {
              ends.dialler().send(plain, 0, plain.length);
            }
            return true;
          });
      long received = 0;
      for (int i = 0; i < frames; i++) {
        received += ends.acceptor().receive().remaining();
      }
      long tookNs = System.nanoTime() - startNs;
      assertThat(writer.join()).isTrue();
      assertThat(received).isEqualTo((long) frames * plain.length);
      System.out.println("secure channel: " + received * 1000 / tookNs + " MB/s");
    }
  }
}
