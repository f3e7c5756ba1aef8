/** The seam of stores beside the balancers. */
package io.steelyard.share.store;
