package io.steelyard.app.node.takeover;

import io.steelyard.core.session.SessionEntry;
import io.steelyard.net.DescriptorSocket;
import io.steelyard.net.Descriptors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Frames over a connection between two processes. Blocks; one thread at a time. */
final class Talk implements AutoCloseable {
  private final DescriptorSocket socket;

  Talk(DescriptorSocket socket) {
    this.socket = socket;
  }

  /**
   * A frame and what came with it.
   *
   * @param descriptors belong to who has received them
   */
  record Received(Frame frame, List<Integer> descriptors) {
    void close() {
      descriptors.forEach(Descriptors::close);
    }
  }

  void send(Frame frame, int... descriptors) throws IOException {
    socket.send(frame.encode(), descriptors);
  }

  /** The next frame that is understood here; empty when the other one has gone. */
  Optional<Received> receive() throws IOException {
    while (true) {
      Optional<DescriptorSocket.Message> message = socket.receive();
      if (message.isEmpty()) {
        return Optional.empty();
      }
      Received received = decoded(message.get());
      if (received.frame().kind() != Frame.Kind.UNKNOWN) {
        return Optional.of(received);
      }
      received.close();
    }
  }

  private static Received decoded(DescriptorSocket.Message message) throws IOException {
    try {
      return new Received(Frame.decode(message.bytes()), message.descriptors());
    } catch (IOException e) {
      message.descriptors().forEach(Descriptors::close);
      throw e;
    }
  }

  /** The next frame, of which only the content matters. */
  Frame next() throws IOException {
    Received received = receive().orElseThrow(() -> new IOException("the other process is gone"));
    received.close();
    return received.frame();
  }

  /**
   * Takes in sessions until all that were asked for are there; how many.
   *
   * @param others gets what else comes
   */
  int sessions(Consumer<ByteBuffer> merge, Consumer<Frame> others) throws IOException {
    int sessions = 0;
    for (Frame frame = next(); frame.kind() != Frame.Kind.END; frame = next()) {
      if (frame.kind() == Frame.Kind.SESSIONS) {
        sessions += frame.body().remaining() / SessionEntry.BYTES;
        merge.accept(frame.body());
      } else {
        others.accept(frame);
      }
    }
    return sessions;
  }

  void patience(Duration patience) throws IOException {
    socket.patience(patience);
  }

  @Override
  public void close() {
    socket.close();
  }
}
