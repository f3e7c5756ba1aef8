/** The client of etcd: its API v3 as JSON over HTTP. */
package io.steelyard.store.etcd;
