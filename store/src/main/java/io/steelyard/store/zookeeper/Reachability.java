package io.steelyard.store.zookeeper;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** Why nobody has answered: ZooKeeper's client does not tell, so the members are tried once. */
final class Reachability {
  private Reachability() {}

  /**
   * What to say of members that gave no session within the time-out. Tries all at once, each for a
   * quarter of the time-out to connect, and as long again for an answer of TLS.
   */
  static String why(ZooKeeperOptions options, Trust trust) {
    int patienceMs = (int) options.timeout().toMillis() / 4;
    List<CompletableFuture<Optional<String>>> tries =
        options.members().stream()
            .map(member ->
                CompletableFuture.supplyAsync(
                    () -> reason(member, trust, patienceMs), Thread::startVirtualThread))
            .toList();
    List<Optional<String>> reasons = tries.stream().map(CompletableFuture::join).toList();
    if (reasons.stream().allMatch(Optional::isPresent)) {
      return "ZooKeeper at "
          + reasons.stream().map(Optional::orElseThrow).collect(Collectors.joining("; "));
    }
    return "ZooKeeper at %s does not answer within %d ms"
        .formatted(String.join(", ", options.members()), options.timeout().toMillis());
  }

  /** Why a member cannot be connected to; empty if it can. */
  private static Optional<String> reason(String member, Trust trust, int patienceMs) {
    try {
      tryOnce(member, trust, patienceMs);
      return Optional.empty();
    } catch (IOException | GeneralSecurityException e) {
      return Optional.of(member + " cannot be connected to: " + e.getMessage());
    }
  }

  private static void tryOnce(String member, Trust trust, int patienceMs)
      throws IOException, GeneralSecurityException {
    int colon = member.lastIndexOf(':');
    String host = member.substring(0, colon);
    int port = Integer.parseInt(member.substring(colon + 1));
    try (Socket socket = new Socket()) {
      InetSocketAddress address = new InetSocketAddress(host, port);
      if (address.isUnresolved()) {
        throw new IOException("its name is not known");
      }
      socket.connect(address, patienceMs);
      socket.setSoTimeout(patienceMs);
      if (trust != null) {
        handshake(socket, host, port, trust);
      }
    }
  }

  private static void handshake(Socket socket, String host, int port, Trust trust)
      throws IOException, GeneralSecurityException {
    try (SSLSocket tls =
        (SSLSocket) trust.context().getSocketFactory().createSocket(socket, host, port, true)) {
      SSLParameters parameters = tls.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      tls.setSSLParameters(parameters);
      tls.startHandshake();
    } catch (java.net.SocketTimeoutException e) {
      // It takes its time: that is what there is to say.
    }
  }
}
