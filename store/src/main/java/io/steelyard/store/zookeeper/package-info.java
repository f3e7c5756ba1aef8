/**
 * The client of ZooKeeper, on Curator; nothing of it is loaded unless such a store is configured.
 */
package io.steelyard.store.zookeeper;
