package io.steelyard.share.peers;

import io.steelyard.core.session.Keyring;
import io.steelyard.share.peers.HandshakeException.Reason;
import io.steelyard.share.peers.Opening.Role;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.KDF;
import javax.crypto.KeyAgreement;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * How two nodes that share a secret come to keys that nobody else has, and that nobody can find
 * later from the secret: after the pattern NNpsk0 of the Noise framework, with the primitives that
 * the JDK has.
 *
 * <pre>
 *   dialler                                        acceptor
 *     | -- Opening: nonce, X25519 key, ids --------> |  no common id: closes, without a word
 *     | <-------- Opening: nonce, X25519 key, ids -- |
 *     |                                              |
 *     |   shared     = X25519 (RFC 7748)             |
 *     |   secret     = HKDF-Extract(psk, shared)     |  RFC 5869
 *     |   key        = HKDF-Expand(secret,           |  one for each direction
 *     |                direction | SHA-256(openings))|
 *     |                                              |
 *     | <------------ first frame: the acceptor's --- |  who cannot seal it has no psk
 *     | -- first frame: the dialler's -------------> |
 * </pre>
 *
 * Whatever somebody changes in an opening changes the keys, so that no first frame opens; a
 * recorded one meets another nonce and another X25519 key; a mirrored one the key of the wrong
 * direction.
 */
final class Handshake {
  private static final String CURVE = "X25519";
  private static final String PSK_PURPOSE = "steelyard peers 1 psk";
  private static final int AES_BYTES = 32;

  /** What stands before the 32 bytes of a key in its SubjectPublicKeyInfo (RFC 8410). */
  private static final byte[] SPKI_PREFIX = HexFormat.of().parseHex("302a300506032b656e032100");

  private static final SecureRandom RANDOM = new SecureRandom();

  private Handshake() {}

  /** The keys of the two directions, for AES-256. */
  record Keys(SecretKey sending, SecretKey receiving) {}

  /** Does all but the first frames. */
  static Keys dial(InputStream in, OutputStream out, Keyring keys) throws IOException {
    KeyPair pair = pair();
    Opening own = opening(Role.DIALLER, pair, keys);
    out.write(own.bytes());
    Opening other = Opening.read(in, Role.ACCEPTOR);
    int secret = Opening.common(keys, other, Role.DIALLER);
    byte[] transcript = transcript(own, other);
    return keys(Role.DIALLER, agree(pair, other, keys, secret), transcript);
  }

  /** Does all but the first frames; costs no more than reading until a common secret was named. */
  static Keys accept(InputStream in, OutputStream out, Keyring keys) throws IOException {
    Opening other = Opening.read(in, Role.DIALLER);
    int secret = Opening.common(keys, other, Role.ACCEPTOR);
    KeyPair pair = pair();
    Opening own = opening(Role.ACCEPTOR, pair, keys);
    out.write(own.bytes());
    byte[] transcript = transcript(other, own);
    return keys(Role.ACCEPTOR, agree(pair, other, keys, secret), transcript);
  }

  private static Opening opening(Role role, KeyPair pair, Keyring keys) {
    byte[] nonce = new byte[Opening.NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    byte[] encoded = pair.getPublic().getEncoded();
    byte[] raw = Arrays.copyOfRange(encoded, SPKI_PREFIX.length, encoded.length);
    return Opening.of(role, nonce, raw, keys);
  }

  private static KeyPair pair() {
    try {
      return KeyPairGenerator.getInstance(CURVE).generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw missing(CURVE, e);
    }
  }

  /** What both share now: salted with the secret, so that either alone is worth nothing. */
  private static SecretKey agree(KeyPair own, Opening other, Keyring keys, int secret)
      throws HandshakeException {
    byte[] psk = keys.derive(secret, PSK_PURPOSE);
    byte[] shared = shared(own, other);
    try {
      HKDFParameterSpec extract =
          HKDFParameterSpec.ofExtract().addSalt(psk).addIKM(shared).extractOnly();
      return hkdf().deriveKey("Generic", extract);
    } catch (GeneralSecurityException e) {
      throw missing("HKDF", e);
    } finally {
      Arrays.fill(psk, (byte) 0);
      Arrays.fill(shared, (byte) 0);
    }
  }

  private static byte[] shared(KeyPair own, Opening other) throws HandshakeException {
    try {
      byte[] spki =
          ByteBuffer.allocate(SPKI_PREFIX.length + Opening.KEY_BYTES)
              .put(SPKI_PREFIX)
              .put(other.publicKey())
              .array();
      PublicKey key = KeyFactory.getInstance(CURVE).generatePublic(new X509EncodedKeySpec(spki));
      KeyAgreement agreement = KeyAgreement.getInstance(CURVE);
      agreement.init(own.getPrivate());
      agreement.doPhase(key, true);
      return agreement.generateSecret();
    } catch (InvalidKeyException e) {
      // A point of small order, whose product everybody knows (RFC 7748, section 6.1).
      throw new HandshakeException(Reason.NOT_PROVEN, e);
    } catch (GeneralSecurityException e) {
      throw new HandshakeException(Reason.GARBAGE, e);
    }
  }

  private static Keys keys(Role own, SecretKey secret, byte[] transcript) {
    SecretKey fromDialler = expand(secret, Role.DIALLER, transcript);
    SecretKey fromAcceptor = expand(secret, Role.ACCEPTOR, transcript);
    return own == Role.DIALLER
        ? new Keys(fromDialler, fromAcceptor)
        : new Keys(fromAcceptor, fromDialler);
  }

  private static SecretKey expand(SecretKey secret, Role sender, byte[] transcript) {
    byte[] label = ("steelyard peers 1 from " + sender).getBytes(StandardCharsets.UTF_8);
    byte[] info =
        ByteBuffer.allocate(label.length + transcript.length).put(label).put(transcript).array();
    try {
      return hkdf().deriveKey("AES", HKDFParameterSpec.expandOnly(secret, info, AES_BYTES));
    } catch (GeneralSecurityException e) {
      throw missing("HKDF", e);
    }
  }

  private static KDF hkdf() throws GeneralSecurityException {
    return KDF.getInstance("HKDF-SHA256");
  }

  /** Of all that went in the clear; an opening says how long it is, so this is no ambiguous sum. */
  private static byte[] transcript(Opening dialler, Opening acceptor) {
    try {
      MessageDigest hash = MessageDigest.getInstance("SHA-256");
      hash.update(dialler.bytes());
      return hash.digest(acceptor.bytes());
    } catch (GeneralSecurityException e) {
      throw missing("SHA-256", e);
    }
  }

  private static IllegalStateException missing(String what, GeneralSecurityException e) {
    return new IllegalStateException("this Java has no " + what, e);
  }
}
