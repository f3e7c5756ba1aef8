package io.steelyard.vip.link;

import io.steelyard.net.Errno;
import java.io.IOException;

/** A system call's failure as people read it. */
final class SystemError {
  private SystemError() {}

  /**
   * @param what "192.0.2.100/24 cannot be added to eth0"
   * @param errno as it was captured, positive
   * @param capability what a lack of permission means: "CAP_NET_ADMIN"
   */
  static IOException of(String what, int errno, String capability) {
    String why = Errno.text(errno);
    if (errno == Errno.EPERM || errno == Errno.EACCES) {
      why += "; this process needs " + capability + " (run it as root, or grant it by setcap)";
    }
    return new IOException(what + ": " + why);
  }

  /** The result of a call; thrown if it is a negated errno. */
  static int check(int result, String what, String capability) throws IOException {
    if (result < 0) {
      throw of(what, -result, capability);
    }
    return result;
  }
}
