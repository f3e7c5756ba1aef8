/** The places where servers are found: DNS, a file, Consul. */
package io.steelyard.control.discovery.source;
