package io.steelyard.net;

/**
 * What happens on a connection, told by its loop's thread. The loop never calls a handler from
 * within a call that the handler makes: what a call brings about is told later.
 */
public interface ConnectionHandler {
  /** An outgoing connection is established. */
  void connected();

  /** Bytes arrived; the buffer now belongs to the handler. Not called while reading is paused. */
  void received(Buffer bytes);

  /** The peer will send no more; the other direction still works. Told once, after all bytes. */
  void inputClosed();

  /**
   * All that was queued has gone to the kernel, after {@link Connection#congested()} was true or a
   * transfer waited.
   */
  void drained();

  /**
   * The connection broke (or was never made); it is closed already and this is the last call.
   * {@code errno} says why.
   */
  void failed(int errno);
}
