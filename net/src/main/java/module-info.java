/**
 * Event loops, sockets, buffers and timers: epoll and io_uring through the Foreign Function and
 * Memory API.
 */
@SuppressWarnings("module") // it is compiled before the module that it names
module io.steelyard.net {
  exports io.steelyard.net;
  exports io.steelyard.net.tls;
  exports io.steelyard.net.sys to
      io.steelyard.vip;
}
