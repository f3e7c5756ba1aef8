package io.steelyard.net;

/** How a loop talks to the kernel. */
public enum Transport {
  IO_URING("io_uring"),
  EPOLL("epoll");

  private final String label;

  Transport(String label) {
    this.label = label;
  }

  /** The name on the command line and in logs. */
  public String label() {
    return label;
  }
}
