/** One process takes over from another without a gap: sockets, sessions, what is known. */
package io.steelyard.app.node.takeover;
