/**
 * A network link through the Foreign Function and Memory API: its addresses, its state, VRRP over
 * it.
 */
package io.steelyard.vip.link;
