package io.steelyard.store.zookeeper;

import io.steelyard.store.tls.StoreTls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
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
  static String why(ZooKeeperOptions options, TlsFiles tls) {
    int patienceMs = (int) options.timeout().toMillis() / 4;
    List<CompletableFuture<Optional<String>>> tries =
        options.members().stream()
            .map(member ->
                CompletableFuture.supplyAsync(
                    () -> reason(member, tls, patienceMs), Thread::startVirtualThread))
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
  private static Optional<String> reason(String member, TlsFiles tls, int patienceMs) {
    try {
      tryOnce(member, tls, patienceMs);
      return Optional.empty();
    } catch (IOException | GeneralSecurityException e) {
      String why = StoreTls.defect(e).orElseGet(() -> "cannot be connected to: " + e.getMessage());
      return Optional.of(member + " " + why);
    }
  }

  private static void tryOnce(String member, TlsFiles tls, int patienceMs)
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
      if (tls != null) {
        handshake(socket, host, port, tls);
      }
    }
  }

  private static void handshake(Socket socket, String host, int port, TlsFiles files)
      throws IOException, GeneralSecurityException {
    try (SSLSocket tls =
        (SSLSocket) files.context().getSocketFactory().createSocket(socket, host, port, true)) {
      SSLParameters parameters = tls.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      tls.setSSLParameters(parameters);
      tls.startHandshake();
      refusal(tls);
    } catch (SocketTimeoutException e) {
      // It takes its time: that is what there is to say.
    } catch (SocketException e) {
      // It may be gone before its alert is read.
      throw new IOException("it " + StoreTls.REFUSES, e);
    }
  }

  /** With TLS 1.3 a server says only after a handshake that it will not have who asks. */
  private static void refusal(SSLSocket tls) throws IOException {
    tls.getInputStream().read();
  }
}
