/** The adapter to Consul's key/value store. */
package io.steelyard.store.consul;
