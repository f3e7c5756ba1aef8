package io.steelyard.proxy;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/** A server of datagrams on loopback: answers each with its own name and what came, or never. */
final class UdpServer implements AutoCloseable {
  private final DatagramSocket socket;
  private final String name;
  private final Thread thread;
  final AtomicInteger received = new AtomicInteger();

  /** Where the last one came from. */
  volatile InetSocketAddress from;

  private UdpServer(String name) throws SocketException {
    this.name = name;
    this.socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    this.thread = Thread.ofPlatform().daemon().start(this::serve);
  }

  /** With an empty name it answers nothing. */
  static UdpServer start(String name) throws SocketException {
    return new UdpServer(name);
  }

  private void serve() {
    DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
    try {
      while (true) {
        packet.setLength(65_535);
        socket.receive(packet);
        received.incrementAndGet();
        from = (InetSocketAddress) packet.getSocketAddress();
        if (!name.isEmpty()) {
          socket.send(new DatagramPacket(answer(packet), answer(packet).length, from));
        }
      }
    } catch (IOException e) {
      // It was closed.
    }
  }

  /** Long ones come back as they are. */
  private byte[] answer(DatagramPacket packet) {
    byte[] bytes = Arrays.copyOf(packet.getData(), packet.getLength());
    return bytes.length > 1000
        ? bytes
        : (name + ":" + new String(bytes, StandardCharsets.US_ASCII))
            .getBytes(StandardCharsets.US_ASCII);
  }

  /** Sends to whoever sent last, unasked. */
  void say(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    socket.send(new DatagramPacket(bytes, bytes.length, from));
  }

  InetSocketAddress address() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  @Override
  public void close() {
    socket.close();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
