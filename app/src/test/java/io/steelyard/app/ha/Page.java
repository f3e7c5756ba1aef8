package io.steelyard.app.ha;

/** The page of the documentation that holds what was measured. */
final class Page {
  private Page() {}

  static String of(Table table, int rounds, int balancers) {
    return """
    # High availability, measured

    Written by `lab/run --write`; [lab/README.md](../lab/README.md) says how it is measured and how to read it. Medians of %d rounds with %d balancers in
    network namespaces on one machine of %d processors, which clients, servers and balancers share. A row in bold misses what Steelyard is
    held to.
    %s\
    """
        .formatted(rounds, balancers, Runtime.getRuntime().availableProcessors(), table.text());
  }
}
