/** Does what an election of virtual addresses says, on real links. */
package io.steelyard.vip;
