package io.steelyard.wire.json;

/** A text that is no JSON (RFC 8259), or none that is taken; says where and why. */
public final class JsonException extends Exception {
  private static final long serialVersionUID = 1;

  JsonException(String what, int offset) {
    super(what + " at character " + (offset + 1));
  }
}
