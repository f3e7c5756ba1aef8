/**
 * Links between balancers: authenticated and encrypted with keys from the cluster's secrets, one
 * for each pair of nodes, bounded in bytes, and made again when they break.
 */
package io.steelyard.share.peers;
