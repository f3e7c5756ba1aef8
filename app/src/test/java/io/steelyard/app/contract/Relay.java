package io.steelyard.app.contract;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The way to a port of this machine, which can be cut. */
public final class Relay implements AutoCloseable {
  private final int target;
  private final ServerSocket listening;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile boolean cut;

  public Relay(int target) throws IOException {
    this.target = target;
    this.listening = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  public int port() {
    return listening.getLocalPort();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket one = listening.accept();
        sockets.add(one);
        Thread.ofVirtual().start(() -> connect(one));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void connect(Socket one) {
    try (one;
        Socket other = new Socket(InetAddress.getLoopbackAddress(), target)) {
      sockets.add(other);
      if (cut) {
        return;
      }
      Thread back = Thread.ofVirtual().start(() -> copy(other, one));
      copy(one, other);
      back.join();
      sockets.remove(other);
    } catch (IOException e) {
      // Nobody is there.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      sockets.remove(one);
    }
  }

  private static void copy(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      in.transferTo(to.getOutputStream());
    } catch (IOException e) {
      // It was cut.
    } finally {
      close(from);
      close(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no use any more.
    }
  }

  /** Nothing goes through any more. */
  public void cut() {
    cut = true;
    sockets.forEach(Relay::close);
  }

  /** All goes through again. */
  public void join() {
    cut = false;
  }

  @Override
  public void close() {
    cut();
    try {
      listening.close();
    } catch (IOException e) {
      // Nobody comes any more.
    }
  }
}
