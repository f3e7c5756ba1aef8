package io.steelyard.control.check;

import io.steelyard.config.HealthConfig.Check;
import io.steelyard.control.link.Link;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * A TLS handshake, by the JDK's own TLS; a verified certificate has to be for the server's name.
 */
final class TlsCheck {
  private TlsCheck() {}

  /**
   * {@code host} is the server's {@code host:port}, whose host counts unless the check names one.
   */
  static Answer ask(Link link, Check.Tls check, String host) throws IOException {
    if (link.isUnix()) {
      return Answer.failed("a Unix socket: TLS is checked over TCP only");
    }
    String name = check.serverName().isEmpty() ? withoutPort(host) : check.serverName();
    try (SSLSocket tls = over(link.socket(), name, check.verify())) {
      tls.startHandshake();
      return Answer.passed("shook hands in " + tls.getSession().getProtocol());
    } catch (SSLException e) {
      return Answer.failed("handshake failed: " + e.getMessage());
    }
  }

  private static SSLSocket over(Socket socket, String name, boolean verify) throws IOException {
    SSLContext context = verify ? Contexts.VERIFYING : Contexts.TRUSTING;
    SSLSocket tls =
        (SSLSocket) context.getSocketFactory().createSocket(socket, name, socket.getPort(), true);
    SSLParameters parameters = tls.getSSLParameters();
    if (!isAddress(name)) {
      parameters.setServerNames(List.of(new SNIHostName(name)));
    }
    // RFC 9525, as browsers do it.
    parameters.setEndpointIdentificationAlgorithm(verify ? "HTTPS" : "");
    tls.setSSLParameters(parameters);
    return tls;
  }

  /** RFC 6066 section 3: literal addresses are not sent as names. */
  private static boolean isAddress(String name) {
    try {
      InetAddress.ofLiteral(name);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String withoutPort(String host) {
    int colon = host.lastIndexOf(':');
    String name = colon < 0 || host.endsWith("]") ? host : host.substring(0, colon);
    return name.startsWith("[") ? name.substring(1, name.length() - 1) : name;
  }

  /** Made when the first check needs them. */
  private static final class Contexts {
    static final SSLContext VERIFYING = context(null);
    static final SSLContext TRUSTING = context(new TrustManager[] {new AnyCertificate()});

    /** Null is the trust that the JDK comes with. */
    private static SSLContext context(TrustManager[] trust) {
      try {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust, null);
        return context;
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("the JDK has no TLS", e);
      }
    }
  }

  /**
   * For checks that are told not to verify: what is asked is only whether the server speaks TLS.
   */
  private static final class AnyCertificate extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
