package io.steelyard.core.snapshot;

/** The forms of HAProxy's PROXY protocol, with which a connection begins. */
public enum ProxyProtocol {
  NONE,
  /** A line of text (section 2.1). */
  V1,
  /** Binary (section 2.2). */
  V2
}
