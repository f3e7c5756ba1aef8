package io.steelyard.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What connections hold whose owner pauses after every buffer, while their peers go on sending. */
final class PausedReadingTest extends TransportTest {
  private static final int CONNECTIONS = 50;
  private static final int BYTES = 1_000_000;

  private final List<Connection> paused = new ArrayList<>();
  private final AtomicInteger received = new AtomicInteger();

  /** Drops what comes and pauses. */
  private final class PausesEachTime extends Quiet {
    PausesEachTime(Connection c) {
      super(c);
      paused.add(c);
    }

    @Override
    public void received(Buffer bytes) {
      received.incrementAndGet();
      super.received(bytes);
      c.pauseReading();
    }
  }

  @ParameterizedTest
  @EnumSource
  void paused_connections_hold_few_buffers(Transport transport) throws Exception {
    start(transport, 8192);
    InetSocketAddress at = listen(each(PausesEachTime::new));
    List<Socket> peers = new ArrayList<>();
    try {
      for (int i = 0; i < CONNECTIONS; i++) {
        Socket s = connect(at);
        peers.add(s);
        Thread.startVirtualThread(() -> sendAll(s));
      }
      for (int round = 1; round <= 6; round++) {
        int least = round * CONNECTIONS;
        for (int turns = 0; turns < 200 || received.get() < least; turns++) {
          onLoop(() -> {});
          assertThat(loop.counters().buffersInUse())
              .as("buffers in use")
              .isLessThan(CONNECTIONS * 6);
        }
        onLoop(() -> paused.forEach(Connection::resumeReading));
      }
      assertThat(loop.counters().buffersExhausted()).isZero();
      onLoop(() -> paused.forEach(Connection::close));
    } finally {
      for (Socket s : peers) {
        s.close();
      }
    }
  }

  private static void sendAll(Socket s) {
    try {
      s.getOutputStream().write(new byte[BYTES]);
    } catch (IOException closedAtTheEnd) {
      // It has not to take it all.
    }
  }
}
