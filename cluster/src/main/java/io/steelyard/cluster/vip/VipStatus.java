package io.steelyard.cluster.vip;

import java.net.InetAddress;
import java.util.Optional;

/**
 * A virtual router as this node sees it.
 *
 * @param priority in effect: as configured, less the penalties of what is tracked; 0 if it cannot
 *     own it
 * @param owner who advertised last, or this node, if it owns it; empty if nobody does
 * @param ownerPriority what that one advertised; 0 without an owner
 * @param sinceNs for how long it has been in this role
 * @param hindrance why it may not own it
 * @param transitions how often it became the owner or gave it up
 * @param secondOwners adverts of others that were heard while it was the owner
 * @param foreign adverts for other addresses, and such with this node's own address
 * @param conflict a host that is no node of ours and uses one of its addresses
 * @param conflicts how often such a host was heard
 */
public record VipStatus(
    VipId id,
    VipRole role,
    int priority,
    Optional<InetAddress> owner,
    int ownerPriority,
    long sinceNs,
    Optional<VipReason> hindrance,
    long transitions,
    long secondOwners,
    long foreign,
    Optional<VipConflict> conflict,
    long conflicts) {}
