package io.steelyard.net;

/** A kernel pipe that bytes pass through on their way from socket to socket. */
public final class Pipe {
  private final int readFd;
  private final int writeFd;
  private final int capacity;

  Pipe(int readFd, int writeFd, int capacity) {
    this.readFd = readFd;
    this.writeFd = writeFd;
    this.capacity = capacity;
  }

  public int readFd() {
    return readFd;
  }

  public int writeFd() {
    return writeFd;
  }

  /** Bytes that the kernel granted. */
  public int capacity() {
    return capacity;
  }
}
