package io.steelyard.app.node.takeover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.steelyard.app.node.takeover.Frame.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What two processes say to each other, of which one takes over. */
final class FrameTest {
  private static final int KIND_AT = 6;
  private static final int NAME_LENGTH_AT = 7;

  private static byte[] written() {
    return new Frame(Kind.PART, "standings", ByteBuffer.wrap(new byte[] {1, 2, 3})).encode();
  }

  private static void refused(byte[] bytes, String why) {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> Frame.decode(ByteBuffer.wrap(bytes)))
        .withMessageContaining(why);
  }

  @Test
  void what_is_written_is_read_as_it_was() throws Exception {
    Frame frame = Frame.decode(ByteBuffer.wrap(written()));
    assertThat(frame.kind()).isEqualTo(Kind.PART);
    assertThat(frame.name()).isEqualTo("standings");
    assertThat(frame.body()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
    assertThat(Frame.decode(ByteBuffer.wrap(Frame.of(Kind.REFUSED, "why").encode())).text())
        .isEqualTo("why");
  }

  @Test
  void another_protocol_is_refused_and_a_kind_of_a_later_version_passed_over() throws Exception {
    byte[] other = written();
    other[5] = 2;
    refused(other, "takes over by protocol 2, this one by 1");
    byte[] later = written();
    later[KIND_AT] = 99;
    assertThat(Frame.decode(ByteBuffer.wrap(later)).kind()).isEqualTo(Kind.UNKNOWN);
  }

  @Test
  void what_is_no_frame_is_refused() {
    refused(new byte[0], "no message of a take-over");
    refused(
        "GET / HTTP/1.1\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
        "no message");
    byte[] longName = written();
    longName[NAME_LENGTH_AT] = (byte) 200;
    refused(longName, "a name of 200 bytes in 12");
  }

  @Test
  void any_bytes_are_read_or_refused() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 10_000; i++) {
      byte[] bytes = Arrays.copyOf(written(), random.nextInt(24));
      for (int j = random.nextInt(3); j > 0 && bytes.length > 0; j--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        assertThat(Frame.decode(ByteBuffer.wrap(bytes)).name()).isNotNull();
      } catch (IOException e) {
        assertThat(e).hasMessageNotContaining("null");
      }
    }
  }

  @Test
  void what_is_too_long_is_not_written() {
    ByteBuffer body = ByteBuffer.allocate(Frame.BODY_BYTES_MAX + 1);
    assertThatIllegalArgumentException().isThrownBy(() -> new Frame(Kind.PART, "a", body).encode());
    String name = "a".repeat(Frame.NAME_BYTES_MAX + 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Frame(Kind.PART, name, ByteBuffer.allocate(1)).encode());
  }

  @Test
  void a_long_value_comes_in_pieces_and_an_empty_one_comes() throws Exception {
    byte[] value = new byte[3 * Frame.BODY_BYTES_MAX + 1];
    new SplittableRandom(1).nextBytes(value);
    Parts parts = new Parts();
    for (Frame piece : Parts.cut("long", value)) {
      parts.add(Frame.decode(ByteBuffer.wrap(piece.encode())));
    }
    for (Frame piece : Parts.cut("empty", new byte[0])) {
      parts.add(piece);
    }
    assertThat(parts.value("long")).hasValue(value);
    assertThat(parts.value("empty")).hasValue(new byte[0]);
    assertThat(parts.value("none")).isEmpty();
  }

  @Test
  void more_values_than_there_are_would_be_a_mistake() throws Exception {
    Parts parts = new Parts();
    for (int i = 0; i < Parts.PARTS_MAX; i++) {
      parts.add(Parts.cut("part " + i, new byte[1]).getFirst());
    }
    Frame more = Parts.cut("one more", new byte[1]).getFirst();
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> parts.add(more));
  }

  @Test
  void addresses_are_read_as_they_were() throws Exception {
    for (SocketAddress address :
        new SocketAddress[] {
          new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 80),
          new InetSocketAddress(InetAddress.ofLiteral("::"), 65_535),
          new InetSocketAddress(InetAddress.ofLiteral("2001:db8::1"), 0),
          UnixDomainSocketAddress.of("/run/a b:c.sock")
        }) {
      assertThat(AddressText.read(AddressText.of(address))).isEqualTo(address);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "tcp:",
        "tcp:80",
        "tcp::80",
        "tcp:127.0.0.1:65536",
        "tcp:127.0.0.1:-1",
        "tcp:localhost:80",
        "udp:127.0.0.1:80",
        "tcp:127.0.0.1:x",
        "unix:\0"
      })
  void what_is_no_address_is_refused(String text) {
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> AddressText.read(text));
  }
}
