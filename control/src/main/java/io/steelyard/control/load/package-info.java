/** Servers asked for their own load: HAProxy's agent-check grammar over TCP, ORCA over HTTP. */
package io.steelyard.control.load;
