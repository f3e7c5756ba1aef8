package io.steelyard.admin;

import io.steelyard.config.AdminTls;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * TLS 1.2 and 1.3 as configured.
 *
 * @param clients verifies their certificates; empty when none are asked for
 * @param optional whether a client may do without
 */
record Encryption(SSLContext context, Optional<X509TrustManager> clients, boolean optional) {
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  /**
   * Of these certificates and this key.
   *
   * @param optional whether there is another way to say who asks than by certificate
   * @throws IOException if Java will not have them
   */
  static Encryption of(AdminTls tls, boolean optional) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      Optional<X509TrustManager> clients =
          tls.clientCa().isEmpty() ? Optional.empty() : Optional.of(trust(tls.clientCa()));
      context.init(keys(tls).getKeyManagers(), clients.stream().toArray(TrustManager[]::new), null);
      return new Encryption(context, clients, optional);
    } catch (GeneralSecurityException e) {
      throw new IOException("tls of admin: " + e.getMessage(), e);
    }
  }

  private static KeyManagerFactory keys(AdminTls tls) throws GeneralSecurityException, IOException {
    char[] none = new char[0];
    KeyStore store = empty();
    store.setKeyEntry("admin", tls.key(), none, tls.chain().toArray(Certificate[]::new));
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, none);
    return keys;
  }

  private static X509TrustManager trust(List<X509Certificate> authorities)
      throws GeneralSecurityException, IOException {
    KeyStore store = empty();
    for (int i = 0; i < authorities.size(); i++) {
      store.setCertificateEntry("authority " + i, authorities.get(i));
    }
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(store);
    return (X509TrustManager) trust.getTrustManagers()[0];
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  /** The server's side of a connection; nothing is sent yet. */
  SSLSocket over(Socket socket) throws IOException {
    SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(socket, null, true);
    tls.setSSLParameters(parameters());
    return tls;
  }

  private SSLParameters parameters() {
    SSLParameters parameters = context.getDefaultSSLParameters();
    parameters.setProtocols(PROTOCOLS);
    if (optional) {
      parameters.setWantClientAuth(clients.isPresent());
    } else {
      parameters.setNeedClientAuth(clients.isPresent());
    }
    return parameters;
  }

  /**
   * Whose certificate it is; empty without a good one. Verified for each request: a connection may
   * be older than what is configured now.
   */
  Optional<String> subject(SSLSession session) {
    try {
      Certificate[] sent = session.getPeerCertificates();
      X509Certificate[] chain = List.of(sent).toArray(X509Certificate[]::new);
      clients.orElseThrow().checkClientTrusted(chain, chain[0].getPublicKey().getAlgorithm());
      return Optional.of(chain[0].getSubjectX500Principal().getName());
    } catch (SSLPeerUnverifiedException | CertificateException e) {
      return Optional.empty();
    }
  }
}
