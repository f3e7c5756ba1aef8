package io.steelyard.net;

/** The errors of system calls that this program tells apart, by number. */
public final class Errno {
  public static final int EPERM = 1;
  public static final int ENOENT = 2;
  public static final int EINTR = 4;
  public static final int EAGAIN = 11;
  public static final int ENOMEM = 12;
  public static final int EACCES = 13;
  public static final int EBUSY = 16;
  public static final int EEXIST = 17;
  public static final int ENODEV = 19;
  public static final int EINVAL = 22;
  public static final int ENFILE = 23;
  public static final int EMFILE = 24;
  public static final int EPIPE = 32;
  public static final int ENOSYS = 38;
  public static final int ETIME = 62;
  public static final int EPROTO = 71;
  public static final int EMSGSIZE = 90;
  public static final int EAFNOSUPPORT = 97;
  public static final int EADDRINUSE = 98;
  public static final int EADDRNOTAVAIL = 99;
  public static final int ENETUNREACH = 101;
  public static final int ECONNABORTED = 103;
  public static final int ECONNRESET = 104;
  public static final int ENOBUFS = 105;
  public static final int ENOTCONN = 107;
  public static final int ETIMEDOUT = 110;
  public static final int ECONNREFUSED = 111;
  public static final int EHOSTUNREACH = 113;
  public static final int EINPROGRESS = 115;
  public static final int ECANCELED = 125;

  private Errno() {}

  /** Whether it says that this host lacks something, whoever the peer is. */
  public static boolean ours(int errno) {
    return errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS;
  }

  /** What the error is called, for logs and messages. */
  public static String text(int errno) {
    return switch (errno) {
      case EPERM -> "operation not permitted";
      case ENOENT -> "no such file";
      case ENOMEM -> "out of memory";
      case EACCES -> "permission denied";
      case ENODEV -> "no such device";
      case ENFILE, EMFILE -> "too many open files";
      case EPIPE -> "broken pipe";
      case ENOSYS -> "not supported by this kernel";
      case EMSGSIZE -> "message too long";
      case EADDRINUSE -> "address already in use";
      case EADDRNOTAVAIL -> "address not available on this host";
      case ENETUNREACH -> "network unreachable";
      case ECONNABORTED -> "connection aborted";
      case ECONNRESET -> "connection reset";
      case ENOBUFS -> "no buffer space";
      case ETIMEDOUT -> "timed out";
      case ECONNREFUSED -> "connection refused";
      case EHOSTUNREACH -> "host unreachable";
      case EINVAL -> "invalid argument";
      case EPROTO -> "protocol error";
      default -> "error " + errno;
    };
  }
}
