package io.steelyard.share.peers;

import io.steelyard.core.session.Keyring;
import io.steelyard.share.peers.Verdict.Answer;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;

/** A node by hand that has the key, for what a real one would not do. Its name is greatest. */
final class Stranger implements AutoCloseable {
  static final String NAME = "zz";

  final SecureChannel channel;

  /** Is linked with the node when this returns. */
  Stranger(Node node, Keyring keys) throws IOException {
    Socket socket = new Socket(node.peers.address().getAddress(), node.peers.address().getPort());
    byte[] hello = new Hello(NAME, 1, 1).encode();
    this.channel = SecureChannel.dial(socket, keys, hello, Wire.DEADLINE);
    Verdict verdict = Verdict.decode(channel.receive());
    if (verdict.answer() != Answer.CHOSEN) {
      throw new IOException(verdict.toString());
    }
    channel.send(ByteBuffer.wrap(verdict.encode()));
    node.awaitEvent("+" + NAME + " 1");
  }

  /** Before the end of the test. */
  void hangUp() {
    channel.close();
  }

  @Override
  public void close() {
    hangUp();
  }
}
