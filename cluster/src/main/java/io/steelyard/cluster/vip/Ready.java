package io.steelyard.cluster.vip;

import java.util.List;

/**
 * What is to be done now, in exactly this order: what is given up comes first, what is taken last.
 * Each list may be empty.
 *
 * @param release whose addresses are to be removed from this host
 * @param send adverts
 * @param take whose addresses this host is to have: exactly those that are configured now. Another
 *     time for one that it has is no mistake.
 * @param announce for whose addresses the network is to be told where they are: gratuitous ARP, or
 *     unsolicited neighbour advertisements (RFC 9568, section 6.4.2)
 * @param probe whose addresses the network is to be asked for, without any claim to them: ARP
 *     probes (RFC 5227). Answers are told to {@link VipElection#answered}.
 * @param events for people
 */
public record Ready(
    List<VipId> release,
    List<Advert> send,
    List<VipId> take,
    List<VipId> announce,
    List<VipId> probe,
    List<VipEvent> events) {
  public Ready {
    release = List.copyOf(release);
    send = List.copyOf(send);
    take = List.copyOf(take);
    announce = List.copyOf(announce);
    probe = List.copyOf(probe);
    events = List.copyOf(events);
  }

  /** Whether there is nothing to do. */
  public boolean isEmpty() {
    return release.isEmpty()
        && send.isEmpty()
        && take.isEmpty()
        && announce.isEmpty()
        && probe.isEmpty()
        && events.isEmpty();
  }
}
