/** A change that some nodes try before all follow it: what is compared, and what that decides. */
package io.steelyard.control.canary;
