package io.steelyard.control.check;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A server on a free port of the loopback that does with every connection what a test says. */
public final class ScriptedPeer implements AutoCloseable {
  private final ServerSocket listener;

  private ScriptedPeer(ServerSocket listener, Talk talk) {
    this.listener = listener;
    Thread.ofVirtual().name("scripted peer").start(() -> acceptAll(talk));
  }

  /** What it does with a connection, which is closed afterwards. */
  @FunctionalInterface
  public interface Talk {
    void with(InputStream in, OutputStream out) throws IOException;
  }

  /** Serves each connection on a thread of its own. */
  public static ScriptedPeer doing(Talk talk) throws IOException {
    return new ScriptedPeer(new ServerSocket(0, 16, InetAddress.getLoopbackAddress()), talk);
  }

  /** Sends these bytes, each char one, and reads until the other side ends. */
  public static ScriptedPeer saying(String bytes) throws IOException {
    return doing((in, out) -> {
      out.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      in.transferTo(OutputStream.nullOutputStream());
    });
  }

  public InetSocketAddress address() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  private void acceptAll(Talk talk) {
    try {
      while (true) {
        Socket socket = listener.accept();
        Thread.ofVirtual().start(() -> serve(socket, talk));
      }
    } catch (IOException e) {
      // Closed by the test.
    }
  }

  private static void serve(Socket socket, Talk talk) {
    try (socket) {
      talk.with(socket.getInputStream(), socket.getOutputStream());
    } catch (IOException e) {
      // The checker hung up.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
