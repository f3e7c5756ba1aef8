package io.steelyard.share.peers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Where a node listens; a name is looked up anew for each dial.
 *
 * @param host a name or an address, IPv6 without brackets
 * @param port 1 to 65535
 */
public record PeerAddress(String host, int port) {
  /**
   * Reads {@code host:port}, {@code 192.0.2.1:7000} or {@code [2001:db8::1]:7000}.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  public static PeerAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (bracketed) {
      host = host.substring(1, host.length() - 1);
    }
    int port = port(text.substring(colon + 1));
    // Without brackets it would not be clear where an IPv6 address ends.
    if (host.isBlank() || port == 0 || host.contains(":") != bracketed) {
      throw new IllegalArgumentException("not host:port: " + text);
    }
    return new PeerAddress(host, port);
  }

  private static int port(String text) {
    boolean number = text.length() <= 5 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    int port = number && !text.isEmpty() ? Integer.parseInt(text) : 0;
    return port > 0xFFFF ? 0 : port;
  }

  /** Its addresses, at least one; blocks as long as the system's resolver does. */
  public InetAddress[] lookUp() throws IOException {
    try {
      return new InetAddress[] {InetAddress.ofLiteral(host)};
    } catch (IllegalArgumentException e) {
      return lookUpName();
    }
  }

  /** On a thread of the system's: a lookup is native code and would keep a carrier thread. */
  private InetAddress[] lookUpName() throws IOException {
    CompletableFuture<InetAddress[]> found = new CompletableFuture<>();
    Thread.ofPlatform().daemon().name("peer lookup " + host).start(() -> lookUpInto(found));
    try {
      return found.join();
    } catch (CompletionException e) {
      throw new UnknownHostException("the name " + host + " is not known");
    }
  }

  private void lookUpInto(CompletableFuture<InetAddress[]> found) {
    try {
      found.complete(InetAddress.getAllByName(host));
    } catch (UnknownHostException | RuntimeException e) {
      found.completeExceptionally(e);
    }
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
