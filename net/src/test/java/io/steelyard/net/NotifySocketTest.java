package io.steelyard.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.net.sys.Abi;
import io.steelyard.net.sys.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Before a supervisor that listens as systemd does. */
class NotifySocketTest {
  @TempDir Path dir;

  @Test
  void a_supervisor_is_told_in_one_datagram() {
    Path path = dir.resolve("notify");
    Libc libc = new Libc();
    Sockaddr at = Sockaddr.of(UnixDomainSocketAddress.of(path));
    int fd = libc.socket(Abi.AF_UNIX, Abi.SOCK_DGRAM | Abi.SOCK_NONBLOCK, 0);
    assertThat(libc.bind(fd, at.memory(), at.bytes())).isZero();
    try (Arena arena = Arena.ofConfined()) {
      assertThat(NotifySocket.send(path.toString(), "READY=1\nMAINPID=7\n")).isTrue();
      MemorySegment in = arena.allocate(100);
      int n = libc.recv(fd, in.address(), 100);
      byte[] told = in.asSlice(0, n).toArray(ValueLayout.JAVA_BYTE);
      assertThat(new String(told, StandardCharsets.US_ASCII)).isEqualTo("READY=1\nMAINPID=7\n");
    } finally {
      libc.close(fd);
    }
  }

  @Test
  void without_a_supervisor_nothing_happens() {
    assertThat(NotifySocket.send(dir.resolve("none").toString(), "READY=1")).isFalse();
    assertThat(NotifySocket.send("@steelyard-nobody", "READY=1")).isFalse();
    assertThat(NotifySocket.send("", "READY=1")).isFalse();
    assertThat(NotifySocket.send("x".repeat(108), "READY=1")).isFalse();
  }
}
