/** A tree of keys that nodes share, whichever store keeps it. */
package io.steelyard.store;
