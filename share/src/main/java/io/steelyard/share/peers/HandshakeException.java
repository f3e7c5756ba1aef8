package io.steelyard.share.peers;

import java.io.IOException;

/** The other side could not be made sure of, or refused to be; says why, and no secret. */
public final class HandshakeException extends IOException {
  private static final long serialVersionUID = 1;

  /** What was wrong, so that one can count and log by kind. */
  public enum Reason {
    /** It did not finish in time. */
    SLOW("did not finish the handshake in time"),
    /**
     * It hung up, or the network did; when it has no key in common with us it does just that, and
     * so does who scans ports.
     */
    CLOSED("closed the connection during the handshake: it has another cluster key, or is no node"),
    /** What it sent is none of ours. */
    GARBAGE("does not speak this protocol"),
    /** It is a Steelyard, but of another version. */
    VERSION("speaks another version of the protocol"),
    /** Our own words came back. */
    MIRRORED("sends back what it was sent"),
    /** It has none of our secrets. */
    NO_COMMON_KEY("has no cluster key in common with this node"),
    /** It named a secret but does not know it, or somebody changed a byte on the way. */
    NOT_PROVEN("did not prove that it has the cluster key"),
    /** It proved itself, but what it says of itself makes no sense. */
    HELLO("has the cluster key but introduces itself wrongly");

    private final String words;

    Reason(String words) {
      this.words = words;
    }
  }

  private final Reason reason;

  HandshakeException(Reason reason) {
    this(reason, null);
  }

  HandshakeException(Reason reason, Throwable cause) {
    super("the other side " + reason.words, cause);
    this.reason = reason;
  }

  /** What was wrong. */
  public Reason reason() {
    return reason;
  }
}
