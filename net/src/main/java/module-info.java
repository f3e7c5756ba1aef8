/**
 * Event loops, sockets, buffers and timers: epoll and io_uring through the Foreign Function and
 * Memory API.
 */
module io.steelyard.net {
  exports io.steelyard.net;
}
