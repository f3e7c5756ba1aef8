package io.steelyard.net.tls;

/**
 * What encrypts the tickets with which clients resume sessions (RFC 5077, RFC 8446 section 4.6.1);
 * prints nothing of it.
 *
 * @param name by which a ticket says which key it needs; 16 bytes
 * @param cipher for AES-256-CBC; 32 bytes
 * @param mac for HMAC-SHA256; 32 bytes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record TlsTicketKey(byte[] name, byte[] cipher, byte[] mac) {
  /** Of a name. */
  public static final int NAME_BYTES = 16;

  /** Of each of the others. */
  public static final int KEY_BYTES = 32;

  public TlsTicketKey {
    if (name.length != NAME_BYTES || cipher.length != KEY_BYTES || mac.length != KEY_BYTES) {
      throw new IllegalArgumentException(
          name.length + ", " + cipher.length + " and " + mac.length + " bytes");
    }
  }

  @Override
  public String toString() {
    return "a key of tickets";
  }
}
