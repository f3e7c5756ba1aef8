/** What the control plane asks of a store, on the keys of one. */
package io.steelyard.app.node.store;
