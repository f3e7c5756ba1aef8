package io.steelyard.core.snapshot;

/** The form of a listener's access log. */
public enum AccessLog {
  JSON,
  COMBINED,
  HAPROXY,
  NONE
}
