package io.steelyard.control.check;

import io.steelyard.testkit.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Gives every connection the same answer and keeps what was asked. */
public final class TinyServer implements AutoCloseable {
  private final ServerSocketChannel listener;
  private final Queue<SocketChannel> open = new ConcurrentLinkedQueue<>();
  private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();
  private final Thread acceptor;
  private volatile String answer;

  private TinyServer(ServerSocketChannel listener, String answer) {
    this.listener = listener;
    this.answer = answer;
    this.acceptor = Thread.ofVirtual().name("tiny server").start(this::acceptAll);
  }

  /** On a free port of loopback; an answer of null means: never answer, keep open. */
  public static TinyServer tcp(String answer) throws IOException {
    ServerSocketChannel listener = ServerSocketChannel.open();
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    return new TinyServer(listener, answer);
  }

  static TinyServer unix(Path path, String answer) throws IOException {
    ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(path));
    return new TinyServer(listener, answer);
  }

  public SocketAddress address() throws IOException {
    return listener.getLocalAddress();
  }

  /** The port, for TCP. */
  public int port() throws IOException {
    return ((InetSocketAddress) address()).getPort();
  }

  public void answer(String next) {
    answer = next;
  }

  /** The next request in full, waiting for it. */
  public String nextRequest() throws InterruptedException {
    return requests.poll(10, TimeUnit.SECONDS);
  }

  /** Refuses connections from when this returns: the port is free only after accept has woken. */
  @Override
  public void close() throws IOException {
    listener.close();
    Eventually.holds("nobody accepts", () -> !acceptor.isAlive());
    for (SocketChannel channel : open) {
      channel.close();
    }
  }

  private void acceptAll() {
    try {
      while (true) {
        SocketChannel channel = listener.accept();
        open.add(channel);
        Thread.ofVirtual().start(() -> serve(channel));
      }
    } catch (ClosedChannelException e) {
      // Closed by the test.
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void serve(SocketChannel channel) {
    try {
      ByteBuffer bytes = ByteBuffer.allocate(4096);
      String request = "";
      while (!request.endsWith("\r\n\r\n") && channel.read(bytes) >= 0) {
        request = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
      }
      requests.add(request);
      if (answer != null) {
        channel.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8)));
        channel.close();
      }
    } catch (IOException e) {
      // The checker hung up.
    }
  }
}
