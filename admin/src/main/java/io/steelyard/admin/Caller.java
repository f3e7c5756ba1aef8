package io.steelyard.admin;

/**
 * Who asks.
 *
 * @param who in words for the audit log: {@code token}, a certificate's subject, {@code user root},
 *     {@code loopback}
 * @param from where the request came from
 */
record Caller(String who, String from) {}
