/** What nodes share of their configuration: which store keeps it, and what its keys mean. */
package io.steelyard.store;
