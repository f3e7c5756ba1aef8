/**
 * VRRP version 3 (RFC 9568): the one message with which the owner of addresses says it is there.
 */
package io.steelyard.wire.vrrp;
