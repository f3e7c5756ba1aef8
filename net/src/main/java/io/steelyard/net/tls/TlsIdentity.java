package io.steelyard.net.tls;

import java.util.List;
import java.util.Locale;

/**
 * A certificate with its key, for some names; prints no key.
 *
 * @param names that it is for, "*.example.org" among them, in lower case
 * @param chain the certificate and behind it those that lead to its authority, each in DER
 * @param key its private key, in DER (PKCS #8)
 * @param keyType the key's algorithm ({@code RSA}, {@code EC}): of one name there may be one
 *     identity of each, of which the client's offer chooses
 */
@SuppressWarnings("ArrayRecordComponent") // never compared by what they hold
public record TlsIdentity(List<String> names, List<byte[]> chain, byte[] key, String keyType) {
  public TlsIdentity {
    names = names.stream().map(n -> n.toLowerCase(Locale.ROOT)).toList();
    chain = List.copyOf(chain);
  }

  @Override
  public String toString() {
    return String.join(", ", names);
  }
}
