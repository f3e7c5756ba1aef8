package io.steelyard.net;

/** How a transfer from connection to connection fares; told by the loop's thread. */
public interface TransferHandler {
  /** {@code bytes} more have been taken from the source. */
  void transferred(long bytes);

  /** Bytes have reached the target: it takes them, however slowly. */
  default void delivered() {}

  /** Bytes wait for the target, which takes no more for now; {@link #delivered()} ends that. */
  default void stalled() {}

  /**
   * The transfer is over and reading goes on as before.
   *
   * @param left how many of the wanted bytes were not moved: 0 when complete; more when the source
   *     ended early (then {@link ConnectionHandler#inputClosed()} follows) or when it ran dry and
   *     the transfer was to end then
   */
  void transferEnded(long left);
}
