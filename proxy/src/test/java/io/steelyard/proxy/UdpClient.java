package io.steelyard.proxy;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/** A client with a port of its own. */
final class UdpClient implements AutoCloseable {
  private static final int PATIENCE_MS = 10_000;

  private final DatagramSocket socket;
  private final SocketAddress to;

  /** Connected: only answers from that very address and port come through. */
  UdpClient(SocketAddress to) throws IOException {
    this(to, InetAddress.getByName("0.0.0.0"));
  }

  UdpClient(SocketAddress to, InetAddress own) throws IOException {
    this.socket = new DatagramSocket(0, own);
    this.to = to;
    socket.connect(to);
    socket.setSoTimeout(PATIENCE_MS);
  }

  UdpClient send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.US_ASCII));
  }

  UdpClient send(byte[] bytes) throws IOException {
    socket.send(new DatagramPacket(bytes, bytes.length, to));
    return this;
  }

  /** How long each answer is waited for. */
  void patience(Duration atMost) throws IOException {
    socket.setSoTimeout((int) atMost.toMillis());
  }

  byte[] bytes() throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
    socket.receive(packet);
    return Arrays.copyOf(packet.getData(), packet.getLength());
  }

  String text() throws IOException {
    return new String(bytes(), StandardCharsets.US_ASCII);
  }

  /** Asks again and again, as clients of datagrams do, until there is an answer. */
  String ask(String text) throws IOException {
    socket.setSoTimeout(200);
    for (int i = 0; i < 50; i++) {
      try {
        return send(text).text();
      } catch (SocketTimeoutException e) {
        // It was lost, or its server is.
      }
    }
    throw new AssertionError("no answer to " + text);
  }

  @Override
  public void close() {
    socket.close();
  }
}
