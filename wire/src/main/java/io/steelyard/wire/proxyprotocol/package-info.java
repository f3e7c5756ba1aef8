/**
 * The PROXY protocol, versions 1 and 2 (HAProxy's "The PROXY protocol", 2020/03/05): what a proxy
 * says first on a connection of whom it forwards.
 */
package io.steelyard.wire.proxyprotocol;
