/** Keeps from others what nodes leave in stores and on networks. */
package io.steelyard.share.seal;
