/**
 * A pool at work: which of its servers take part, how much may be in flight, tried again or left
 * waiting, and how servers come and go with time. Time and chance are handed in; the data plane and
 * the simulator run the same classes.
 */
package io.steelyard.core.pool;
