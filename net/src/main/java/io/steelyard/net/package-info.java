/** The loop, its connections, buffers and timers, as the rest sees them. */
package io.steelyard.net;
