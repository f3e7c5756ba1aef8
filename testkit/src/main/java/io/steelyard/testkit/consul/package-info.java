/** A fake of Consul that keeps to its documented HTTP API, in this process or in one of its own. */
package io.steelyard.testkit.consul;
