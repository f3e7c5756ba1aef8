package io.steelyard.net;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.steelyard.net.sys.Abi;
import io.steelyard.net.sys.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** Tells who supervises this process how it stands, as sd_notify(3) does. */
public final class NotifySocket {
  private static final int PATH_BYTES_MAX = 107;

  private NotifySocket() {}

  /**
   * Sends a datagram; does not block.
   *
   * @param path of a UNIX socket; what begins with {@code @} is an abstract one
   * @return whether it could be sent
   */
  public static boolean send(String path, String text) {
    byte[] name = path.getBytes(StandardCharsets.UTF_8);
    if (name.length == 0 || name.length > PATH_BYTES_MAX) {
      return false;
    }
    boolean isAbstract = name[0] == '@';
    if (isAbstract) {
      name[0] = 0;
    }
    Libc libc = new Libc();
    int type = Abi.SOCK_DGRAM | Abi.SOCK_NONBLOCK | Abi.SOCK_CLOEXEC;
    int fd = libc.socket(Abi.AF_UNIX, type, 0);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(Sockaddr.BYTES_MAX, 8);
      address.set(JAVA_SHORT, 0, (short) Abi.AF_UNIX);
      MemorySegment.copy(name, 0, address, JAVA_BYTE, 2, name.length);
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      MemorySegment message = arena.allocateFrom(JAVA_BYTE, bytes);
      return fd >= 0
          && libc.connect(fd, address, 2 + name.length + (isAbstract ? 0 : 1)) == 0
          && libc.send(fd, message.address(), bytes.length, Abi.MSG_NOSIGNAL) == bytes.length;
    } finally {
      if (fd >= 0) {
        libc.close(fd);
      }
    }
  }
}
