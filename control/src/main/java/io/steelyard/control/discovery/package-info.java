/**
 * Servers that are found and not listed: what is known of them, and who goes on asking.
 *
 * <p>{@link io.steelyard.control.discovery.Knowledge} decides; a thread for each pool asks a {@link
 * io.steelyard.control.discovery.ServerSource}.
 */
package io.steelyard.control.discovery;
