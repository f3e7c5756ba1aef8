package io.steelyard.proxy;

/** Whose doing it is that an exchange or a tunnel ended as it did. */
enum Side {
  /** Nobody's: it is complete. */
  NONE("none"),
  CLIENT("client"),
  SERVER("server"),
  BALANCER("balancer");

  private final String label;
  private final String prefix;

  Side(String label) {
    this.label = label;
    this.prefix = label + ": ";
  }

  /** As the access log calls it. */
  String label() {
    return label;
  }

  /** Before a cause that does not name it. */
  String prefix() {
    return prefix;
  }
}
