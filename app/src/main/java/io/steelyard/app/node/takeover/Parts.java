package io.steelyard.app.node.takeover;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Named values, put together from the pieces in which they come. For one thread. */
final class Parts {
  /** Of one value. */
  static final int BYTES_MAX = 64 << 20;

  /** More would be a mistake. */
  static final int PARTS_MAX = 64;

  private final Map<String, ByteArrayOutputStream> values = new HashMap<>();

  /** A value in as many pieces as it needs, one at least. */
  static List<Frame> cut(String name, byte[] value) {
    List<Frame> frames = new ArrayList<>();
    int at = 0;
    do {
      int bytes = Math.min(value.length - at, Frame.BODY_BYTES_MAX);
      frames.add(new Frame(Frame.Kind.PART, name, ByteBuffer.wrap(value, at, bytes)));
      at += bytes;
    } while (at < value.length);
    return frames;
  }

  void add(Frame piece) throws IOException {
    ByteArrayOutputStream value =
        values.computeIfAbsent(piece.name(), _ -> new ByteArrayOutputStream());
    byte[] bytes = new byte[piece.body().remaining()];
    piece.body().duplicate().get(bytes);
    if (values.size() > PARTS_MAX || value.size() + bytes.length > BYTES_MAX) {
      throw new IOException("more is handed over than there is room for: " + piece.name());
    }
    value.writeBytes(bytes);
  }

  /** Empty: there was none of that name. */
  Optional<byte[]> value(String name) {
    return Optional.ofNullable(values.get(name)).map(ByteArrayOutputStream::toByteArray);
  }
}
