package io.steelyard.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An authority that signs certificates for tests, good for a day.
 *
 * @param key the file of its private key
 * @param file its own certificate's, in PEM
 */
public record TestAuthority(Path key, Path file) {
  /** The kind of keys that most have. */
  public static final String RSA = "rsa:2048";

  /** Shorter ones, for ECDSA. */
  public static final String EC = "ec";

  /** A new one, whose files lie in that folder. */
  public static TestAuthority in(Path dir) throws IOException, InterruptedException {
    TestAuthority made = new TestAuthority(dir.resolve("ca.key"), dir.resolve("ca.pem"));
    Programs.run(
        "openssl",
        "req",
        "-x509",
        "-newkey",
        RSA,
        "-nodes",
        "-days",
        "1",
        "-subj",
        "/CN=Tests",
        "-keyout",
        made.key.toString(),
        "-out",
        made.file.toString());
    return made;
  }

  /**
   * Signs a certificate; its files lie in a new folder.
   *
   * @param dir the new folder
   * @param keys {@link #RSA} or {@link #EC}
   * @param subject as openssl writes it: {@code /O=Somebody/CN=a}
   * @param altName {@code DNS:…} or {@code IP:…}
   */
  public TestCertificate issue(Path dir, String keys, String subject, String altName)
      throws IOException, InterruptedException {
    return issue(dir, keys, subject, altName, 1);
  }

  /** The same, good for so many days; below 0 it has been good until then. */
  public TestCertificate issue(Path dir, String keys, String subject, String altName, int days)
      throws IOException, InterruptedException {
    Files.createDirectory(dir);
    TestCertificate made = new TestCertificate(dir.resolve("key.pem"), dir.resolve("cert.pem"));
    String request = dir.resolve("request.pem").toString();
    List<String> ask =
        new ArrayList<>(
            List.of(
                "openssl", "req", "-new", "-utf8", "-nodes", "-newkey", keys, "-subj", subject));
    if (keys.equals(EC)) {
      ask.addAll(List.of("-pkeyopt", "ec_paramgen_curve:P-256"));
    }
    ask.addAll(
        List.of(
            "-addext",
            "subjectAltName=" + altName,
            "-keyout",
            made.key().toString(),
            "-out",
            request));
    Programs.run(ask.toArray(String[]::new));
    Programs.run(
        "openssl",
        "x509",
        "-req",
        "-in",
        request,
        "-CA",
        file.toString(),
        "-CAkey",
        key.toString(),
        "-days",
        Integer.toString(days),
        "-copy_extensions",
        "copy",
        "-out",
        made.file().toString());
    return made;
  }
}
