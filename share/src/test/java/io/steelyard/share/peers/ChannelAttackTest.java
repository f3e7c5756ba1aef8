package io.steelyard.share.peers;

import static io.steelyard.share.peers.Wire.keys;
import static io.steelyard.share.peers.Wire.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.steelyard.core.session.Keyring;
import io.steelyard.share.peers.HandshakeException.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What somebody without a secret may try. */
@Timeout(60)
class ChannelAttackTest {
  private static final Keyring KEYS = keys(1);
  private static final int OPENING_BYTES = 8 + 64 + 8;

  private static Reason reason(CompletableFuture<SecureChannel> handshake) {
    try {
      handshake.join().close();
    } catch (CompletionException e) {
      if (e.getCause() instanceof HandshakeException refused) {
        return refused.reason();
      }
      throw e;
    }
    return fail("it was let in");
  }

  /** What a genuine dialler and acceptor say to each other. */
  private static byte[][] recording() throws IOException {
    ByteArrayOutputStream there = new ByteArrayOutputStream();
    ByteArrayOutputStream back = new ByteArrayOutputStream();
    try (Wire wire = Wire.connect()) {
      Socket acceptor = Wire.recorded(wire.acceptor(), back);
      CompletableFuture<SecureChannel> accepted =
          Wire.start(() -> SecureChannel.accept(acceptor, KEYS, text("a"), Wire.DEADLINE));
      SecureChannel.dial(
              Wire.recorded(wire.dialler(), there), KEYS, text("secret hello"), Wire.DEADLINE)
          .close();
      accepted.join().close();
    }
    return new byte[][] {there.toByteArray(), back.toByteArray()};
  }

  @Test
  void a_node_with_another_key_cannot_join() throws IOException {
    try (Wire wire = Wire.connect()) {
      CompletableFuture<SecureChannel> accepted = wire.accept(KEYS);
      assertThat(reason(wire.dial(keys(2)))).isEqualTo(Reason.CLOSED);
      assertThat(reason(accepted)).isEqualTo(Reason.NO_COMMON_KEY);
      assertThat(wire.acceptor().isClosed()).isTrue();
    }
  }

  @Test
  void who_does_not_name_a_secret_gets_no_answer() throws IOException {
    try (Wire wire = Wire.connect()) {
      CompletableFuture<SecureChannel> accepted = wire.accept(KEYS);
      byte[] opening = recording()[0];
      Arrays.fill(opening, OPENING_BYTES - 8, OPENING_BYTES, (byte) 0);
      wire.dialler().getOutputStream().write(opening, 0, OPENING_BYTES);
      assertThat(wire.dialler().getInputStream().readAllBytes()).isEmpty();
      assertThat(reason(accepted)).isEqualTo(Reason.NO_COMMON_KEY);
    }
  }

  @Test
  void replayed_bytes_of_either_side_prove_nothing() throws IOException {
    byte[][] said = recording();
    try (Wire wire = Wire.connect()) {
      CompletableFuture<SecureChannel> accepted = wire.accept(KEYS);
      wire.dialler().getOutputStream().write(said[0]);
      assertThat(reason(accepted)).isEqualTo(Reason.NOT_PROVEN);
    }
    try (Wire wire = Wire.connect()) {
      CompletableFuture<SecureChannel> dialled = wire.dial(KEYS);
      wire.acceptor().getOutputStream().write(said[1]);
      assertThat(reason(dialled)).isEqualTo(Reason.NOT_PROVEN);
    }
  }

  @Test
  void mirrored_bytes_are_seen_as_such() throws IOException {
    try (Wire wire = Wire.connect()) {
      CompletableFuture<SecureChannel> dialled = wire.dial(KEYS);
      mirror(wire.acceptor(), 0);
      assertThat(reason(dialled)).isEqualTo(Reason.MIRRORED);
    }
  }

  @Test
  void mirrored_bytes_with_the_role_turned_prove_nothing() throws IOException {
    try (Wire wire = Wire.connect()) {
      CompletableFuture<SecureChannel> dialled = wire.dial(KEYS);
      mirror(wire.acceptor(), 'D' ^ 'A');
      assertThat(reason(dialled)).isEqualTo(Reason.NOT_PROVEN);
    }
  }

  private static void mirror(Socket socket, int roleFlip) throws IOException {
    InputStream in = new Wire.Flip(socket.getInputStream(), 5, roleFlip);
    OutputStream out = socket.getOutputStream();
    var _ = Wire.start(() -> in.transferTo(out));
  }

  @Test
  void a_flipped_bit_in_an_opening_or_proof_ends_the_handshake_on_the_side_that_gets_it()
      throws IOException {
    int proofBytes = text("dialler").length + SecureChannel.OVERHEAD_BYTES;
    for (int at = 0; at < OPENING_BYTES + proofBytes; at++) {
      int offset = at;
      try (Wire wire = Wire.connect()) {
        CompletableFuture<SecureChannel> dialled = wire.dial(KEYS);
        Socket changed =
            Wire.changed(
                wire.acceptor(),
                in -> new Wire.Flip(in, offset, 1 << new SplittableRandom(offset).nextInt(8)));
        CompletableFuture<SecureChannel> accepted =
            Wire.start(() ->
                SecureChannel.accept(changed, KEYS, text("acceptor"), Duration.ofMillis(500)));
        boolean keyFits = at >= OPENING_BYTES;
        assertThat(reason(accepted)).as("offset %s", at).isNotNull();
        if (!keyFits) {
          assertThat(reason(dialled)).as("offset %s", at).isIn(Reason.CLOSED, Reason.NOT_PROVEN);
        }
      }
    }
  }

  @Test
  void a_key_whose_product_everybody_knows_is_refused() throws IOException {
    byte[] opening = recording()[0];
    for (int point = 0; point < 2; point++) {
      Arrays.fill(opening, 40, 72, (byte) 0);
      opening[40] = (byte) point;
      try (Wire wire = Wire.connect()) {
        CompletableFuture<SecureChannel> accepted = wire.accept(KEYS);
        wire.dialler().getOutputStream().write(opening);
        assertThat(reason(accepted)).isEqualTo(Reason.NOT_PROVEN);
      }
    }
  }

  @Test
  void silence_and_single_bytes_end_at_the_deadline() throws IOException {
    byte[] opening = recording()[0];
    for (int length : new int[] {0, 1, 7, 8, 79, 80, 83, 84, opening.length - 1}) {
      try (Wire wire = Wire.connect()) {
        wire.dialler().getOutputStream().write(opening, 0, length);
        CompletableFuture<SecureChannel> accepted =
            Wire.start(() ->
                SecureChannel.accept(wire.acceptor(), KEYS, text("a"), Duration.ofMillis(50)));
        assertThat(reason(accepted)).as("after %s bytes", length).isEqualTo(Reason.SLOW);
      }
    }
  }

  @Test
  void bytes_that_trickle_in_do_not_extend_the_deadline() throws IOException {
    byte[] opening = recording()[0];
    try (Wire wire = Wire.connect()) {
      CompletableFuture<SecureChannel> accepted =
          Wire.start(
              () -> SecureChannel.accept(wire.acceptor(), KEYS, text("a"), Duration.ofMillis(100)));
      var _ =
          Wire.start(() -> {
            for (byte b : opening) {
              wire.dialler().getOutputStream().write(b);
              LockSupport.parkNanos(20_000_000);
            }
            return null;
          });
      assertThat(reason(accepted)).isEqualTo(Reason.SLOW);
    }
  }

  @Test
  void cut_off_bytes_end_it_at_once() throws IOException {
    byte[] opening = recording()[0];
    for (int length : new int[] {0, 1, 7, 8, 79, 80, 83, 84, opening.length - 1}) {
      try (Wire wire = Wire.connect()) {
        wire.dialler().getOutputStream().write(opening, 0, length);
        wire.dialler().shutdownOutput();
        assertThat(reason(wire.accept(KEYS))).as("after %s bytes", length).isEqualTo(Reason.CLOSED);
      }
    }
  }

  @Test
  void frames_that_are_left_out_repeated_or_swapped_do_not_open() throws IOException {
    SecretKeySpec key = new SecretKeySpec(new byte[32], "AES");
    FrameCipher sealing = FrameCipher.sealing(key);
    byte[][] frames = new byte[3][1 + SecureChannel.OVERHEAD_BYTES];
    for (int i = 0; i < 3; i++) {
      sealing.seal(new byte[] {(byte) i}, 0, 1, frames[i]);
    }
    assertThat(opened(key, frames[0], frames[1], frames[2])).isEqualTo(3);
    assertThat(opened(key, frames[1])).isZero();
    assertThat(opened(key, frames[0], frames[2])).isEqualTo(1);
    assertThat(opened(key, frames[0], frames[0])).isEqualTo(1);
    assertThat(opened(key, frames[0], frames[1], frames[0])).isEqualTo(2);
  }

  private static int opened(SecretKeySpec key, byte[]... frames) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] frame : frames) {
      all.writeBytes(frame);
    }
    return opened(key, all.toByteArray());
  }

  /** How many frames come out of a stream before it fails or ends. */
  private static int opened(SecretKeySpec key, byte[] stream) {
    FrameReader reader = new FrameReader(FrameCipher.opening(key));
    InputStream in = new ByteArrayInputStream(stream);
    for (int i = 0; ; i++) {
      try {
        reader.next(in, SecureChannel.FRAME_BYTES_MAX);
      } catch (IOException e) {
        return i;
      }
    }
  }

  @Test
  void random_bytes_are_neither_an_opening_nor_a_frame() {
    SecretKeySpec key = new SecretKeySpec(new byte[32], "AES");
    for (int seed = 0; seed < 20_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      if (random.nextBoolean() && bytes.length >= 8) {
        // Far enough into the frame that its length is good.
        ByteBuffer.wrap(bytes).putInt(16 + random.nextInt(bytes.length));
      }
      assertThat(opened(key, bytes)).as("seed %s", seed).isZero();
      if (random.nextBoolean() && bytes.length >= 8) {
        ByteBuffer.wrap(bytes).put(text("STLY")).put((byte) 1).put((byte) 'D');
      }
      try {
        Opening opening = Opening.read(new ByteArrayInputStream(bytes), Opening.Role.DIALLER);
        assertThat(opening.bytes().length).isLessThanOrEqualTo(Opening.BYTES_MAX);
        Opening.common(KEYS, opening, Opening.Role.ACCEPTOR);
        fail("seed %s names a secret", seed);
      } catch (IOException e) {
        assertThat(e.toString()).as("seed %s", seed).doesNotContain("secret");
      }
    }
  }

  @Test
  void random_bytes_on_a_socket_are_refused_with_a_reason() throws IOException {
    byte[] genuine = recording()[0];
    for (int seed = 0; seed < 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      byte[] bytes = new byte[1 + random.nextInt(500)];
      random.nextBytes(bytes);
      if (seed % 2 == 0) {
        int kept = random.nextInt(genuine.length);
        System.arraycopy(genuine, 0, bytes, 0, Math.min(kept, bytes.length));
      }
      try (Wire wire = Wire.connect()) {
        wire.dialler().getOutputStream().write(bytes);
        wire.dialler().shutdownOutput();
        assertThat(reason(wire.accept(KEYS))).as("seed %s", seed).isNotNull();
      }
    }
  }
}
