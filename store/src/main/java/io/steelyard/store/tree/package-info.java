/** The port behind which stores lie: a tree of keys. */
package io.steelyard.store.tree;
