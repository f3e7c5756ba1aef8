/** What loops and connections on epoll and on io_uring have in common. */
package io.steelyard.net.socket;
