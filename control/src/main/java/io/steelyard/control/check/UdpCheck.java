package io.steelyard.control.check;

import io.steelyard.config.HealthConfig.Check;
import io.steelyard.control.link.Printable;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A datagram is answered by one, as a name server or a game's server does. What comes from
 * elsewhere never reaches the socket; an answer that does not contain what is expected is looked at
 * no further: a later one may.
 */
final class UdpCheck {
  private static final int BYTES_MAX = 65_535;
  private static final int SHOWN_MAX = 40;

  private UdpCheck() {}

  static Answer ask(SocketAddress address, Check.Udp check, Duration timeout) {
    if (address instanceof UnixDomainSocketAddress) {
      return Answer.failed("a Unix socket: datagrams go to addresses of IP only");
    }
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(address);
      byte[] sent = check.sent();
      socket.send(new DatagramPacket(sent, sent.length));
      return await(socket, check.expected(), timeout);
    } catch (PortUnreachableException e) {
      return Answer.failed("answer refused: nobody listens at the port");
    } catch (IOException | RuntimeException e) {
      return Answer.failed("answer failed: " + e.getMessage());
    }
  }

  private static Answer await(DatagramSocket socket, byte[] expected, Duration timeout)
      throws IOException {
    long endNs = System.nanoTime() + timeout.toNanos();
    DatagramPacket packet = new DatagramPacket(new byte[BYTES_MAX], BYTES_MAX);
    String last = "";
    while (true) {
      long leftMs = (endNs - System.nanoTime()) / 1_000_000;
      if (leftMs <= 0) {
        return late(last, expected, timeout);
      }
      socket.setSoTimeout((int) Math.min(leftMs, Integer.MAX_VALUE));
      packet.setLength(BYTES_MAX);
      try {
        socket.receive(packet);
      } catch (SocketTimeoutException e) {
        return late(last, expected, timeout);
      }
      last = text(packet.getData(), packet.getLength());
      if (last.contains(text(expected, expected.length))) {
        return Answer.passed("answered as expected");
      }
    }
  }

  private static Answer late(String last, byte[] expected, Duration timeout) {
    return Answer.failed(
        last.isEmpty()
            ? "answer timed out after " + timeout.toMillis() + "ms"
            : "sent " + shown(last) + " in place of " + shown(text(expected, expected.length)));
  }

  /** A char for each byte. */
  private static String text(byte[] bytes, int length) {
    return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
  }

  private static String shown(String text) {
    return "'" + Printable.of(text, SHOWN_MAX) + (text.length() > SHOWN_MAX ? "...'" : "'");
  }
}
