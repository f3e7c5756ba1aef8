package io.steelyard.share.peers;

import io.steelyard.share.peers.HandshakeException.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * How a node introduces itself, sealed as the first frame:
 *
 * <pre>
 *   incarnation 8 | instance 8 | length of the name 1 | name, UTF-8 | whatever later versions add
 * </pre>
 *
 * @param node its name, 1 to {@link #NAME_BYTES_MAX} bytes in UTF-8, without control characters
 * @param incarnation when it was started, by its clock: the greater one is the later one
 * @param instance a random number, by which a process knows itself even if another one has its name
 *     and was started in the same millisecond
 */
record Hello(String node, long incarnation, long instance) {
  static final int NAME_BYTES_MAX = 255;

  Hello {
    int bytes = node.getBytes(StandardCharsets.UTF_8).length;
    if (bytes < 1 || bytes > NAME_BYTES_MAX || node.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("not a name of a node: " + bytes + " bytes");
    }
  }

  byte[] encode() {
    byte[] name = node.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(2 * Long.BYTES + 1 + name.length)
        .putLong(incarnation)
        .putLong(instance)
        .put((byte) name.length)
        .put(name)
        .array();
  }

  static Hello decode(byte[] bytes) throws HandshakeException {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (in.remaining() < 2 * Long.BYTES + 1) {
      throw new HandshakeException(Reason.HELLO);
    }
    long incarnation = in.getLong();
    long instance = in.getLong();
    int length = Byte.toUnsignedInt(in.get());
    if (length > in.remaining()) {
      throw new HandshakeException(Reason.HELLO);
    }
    try {
      ByteBuffer name = in.slice(in.position(), length);
      String node = StandardCharsets.UTF_8.newDecoder().decode(name).toString();
      return new Hello(node, incarnation, instance);
    } catch (CharacterCodingException | IllegalArgumentException e) {
      throw new HandshakeException(Reason.HELLO, e);
    }
  }
}
