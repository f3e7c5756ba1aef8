/** Load reports of servers in their responses. */
package io.steelyard.wire.orca;
