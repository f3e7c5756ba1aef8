/** State that balancers share: the carriers, and what connects this node to them. */
package io.steelyard.share;
