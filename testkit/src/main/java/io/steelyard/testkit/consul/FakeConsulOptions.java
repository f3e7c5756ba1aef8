package io.steelyard.testkit.consul;

import io.steelyard.testkit.TestCertificate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a fake of Consul is set up.
 *
 * @param port on 127.0.0.1; 0 for any
 * @param ttlMin of sessions; Consul's own is 10 s
 * @param tokens who may do what; without any everybody may everything
 * @param tls with which certificate it speaks TLS
 * @param log the file that it makes its state from and adds changes to; else it forgets all
 */
public record FakeConsulOptions(
    int port,
    Duration ttlMin,
    List<Token> tokens,
    Optional<TestCertificate> tls,
    Optional<Path> log) {
  /** On any port, sessions of one second and more, for everybody, without TLS, forgetful. */
  public static final FakeConsulOptions DEFAULT =
      new FakeConsulOptions(
          0, Duration.ofSeconds(1), List.of(), Optional.empty(), Optional.empty());

  public FakeConsulOptions {
    tokens = List.copyOf(tokens);
  }

  /** The same for those who show one of these. */
  public FakeConsulOptions tokens(Token... some) {
    return new FakeConsulOptions(port, ttlMin, List.of(some), tls, log);
  }

  /** The same through TLS. */
  public FakeConsulOptions tls(TestCertificate certificate) {
    return new FakeConsulOptions(port, ttlMin, tokens, Optional.of(certificate), log);
  }

  /**
   * A token and its rules.
   *
   * @param prefix the keys that it may read begin so
   * @param writes whether it may write them, too, and have sessions
   */
  public record Token(String secret, String prefix, boolean writes) {}
}
