package io.steelyard.testkit;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A certificate that nobody has signed but itself, good for a day, as PEM files.
 *
 * @param key the file of its private key
 * @param file the certificate's own
 */
public record TestCertificate(Path key, Path file) {
  /** One for what {@code altName} says: {@code DNS:…} or {@code IP:…}. */
  public static TestCertificate in(Path dir, String altName)
      throws IOException, InterruptedException {
    return in(dir, altName, "/CN=" + altName.substring(altName.indexOf(':') + 1));
  }

  /** The same with a subject as openssl writes it. */
  public static TestCertificate in(Path dir, String altName, String subject)
      throws IOException, InterruptedException {
    TestCertificate made = new TestCertificate(dir.resolve("key.pem"), dir.resolve("cert.pem"));
    String[] command = {
      "openssl",
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-days",
      "1",
      "-subj",
      subject,
      "-addext",
      "subjectAltName=" + altName,
      "-keyout",
      made.key.toString(),
      "-out",
      made.file.toString()
    };
    Programs.run(command);
    return made;
  }
}
