/** This node among the others of its cluster, and the virtual addresses that it may own. */
package io.steelyard.app.node.cluster;
