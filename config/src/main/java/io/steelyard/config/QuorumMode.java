package io.steelyard.config;

/** What a node needs beside its own eyes to own a virtual address. */
public enum QuorumMode {
  /** Nothing: two nodes that are parted may both own it until they meet. */
  NONE,
  /** The votes of more than half of all nodes. */
  NODES,
  /** A lease in the store that the configuration comes from. */
  STORE
}
