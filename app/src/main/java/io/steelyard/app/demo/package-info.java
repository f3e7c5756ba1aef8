/** The demo: small servers to balance over, and the node in front of them. */
package io.steelyard.app.demo;
