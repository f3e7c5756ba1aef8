/**
 * What a node shares with others: the carrier that the configuration names, and what becomes of the
 * wishes and keys that nodes tell each other of.
 */
package io.steelyard.app.node.sharing;
