/** Frames that tell the neighbours on a link where an address is now: ARP, Neighbour Discovery. */
package io.steelyard.wire.link;
