/** Who of a cluster's nodes owns which virtual address: decisions only, of VRRP (RFC 9568). */
package io.steelyard.cluster.vip;
