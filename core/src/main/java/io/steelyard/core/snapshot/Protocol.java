package io.steelyard.core.snapshot;

/** What a listener speaks. */
public enum Protocol {
  HTTP,
  TCP,
  UDP
}
