/**
 * TLS over a loop's connections: the system's libssl 3 through the Foreign Function and Memory API.
 */
package io.steelyard.net.tls;
