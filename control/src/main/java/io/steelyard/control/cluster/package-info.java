/** How a node stands among others, and with the addresses that it may own: what is shown. */
package io.steelyard.control.cluster;
