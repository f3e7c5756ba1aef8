package io.steelyard.config;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Certificates and private keys in their textual form (RFC 7468). What an error says goes on after
 * "expected a key, ...", and repeats nothing of a key.
 */
public final class Pem {
  static final String NONE = "none";

  private static final String BEGIN = "-----BEGIN ";

  private static final Pattern PKCS8 =
      Pattern.compile(
          "-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]{1,65536})-----END PRIVATE KEY-----");

  private Pem() {}

  /** One certificate at least, in their order. */
  public static List<X509Certificate> certificates(byte[] content) throws CertificateException {
    List<X509Certificate> all =
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(content))
            .stream()
            .map(X509Certificate.class::cast)
            .toList();
    if (all.isEmpty()) {
      throw new CertificateException(NONE);
    }
    return all;
  }

  /** The private key, in PKCS #8 (RFC 5208), that belongs to a certificate's public one. */
  public static PrivateKey privateKey(byte[] content, PublicKey belongsTo)
      throws GeneralSecurityException {
    String text = new String(content, StandardCharsets.ISO_8859_1);
    Matcher pem = PKCS8.matcher(text);
    if (!pem.find()) {
      throw new GeneralSecurityException(instead(text));
    }
    PrivateKey key = decoded(pem.group(1), belongsTo.getAlgorithm());
    if (!matches(key, belongsTo)) {
      throw new GeneralSecurityException("found that of another certificate");
    }
    return key;
  }

  private static PrivateKey decoded(String base64, String algorithm)
      throws GeneralSecurityException {
    try {
      byte[] der = Base64.getMimeDecoder().decode(base64);
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (IllegalArgumentException | GeneralSecurityException e) {
      // What went wrong in detail could tell of the key.
      throw new GeneralSecurityException("found none for a certificate of " + algorithm, e);
    }
  }

  private static String instead(String text) {
    if (text.contains(BEGIN + "ENCRYPTED PRIVATE KEY")) {
      return "found one that is encrypted: 'openssl pkey' decrypts it; chmod 600 protects it";
    }
    return text.contains(" PRIVATE KEY-----")
        ? "found another form: 'openssl pkcs8 -topk8 -nodes' converts it"
        : "found none";
  }

  /** What the one signs the other has to recognise. */
  private static boolean matches(PrivateKey key, PublicKey certified) {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "RSA" -> "SHA256withRSA";
          default -> key.getAlgorithm();
        };
    byte[] words = BEGIN.getBytes(StandardCharsets.US_ASCII);
    try {
      Signature signer = Signature.getInstance(algorithm);
      signer.initSign(key);
      signer.update(words);
      byte[] signed = signer.sign();
      signer.initVerify(certified);
      signer.update(words);
      return signer.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
