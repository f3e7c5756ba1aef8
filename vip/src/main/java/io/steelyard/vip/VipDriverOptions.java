package io.steelyard.vip;

import io.steelyard.vip.link.VrrpTransport;
import java.time.Duration;
import java.util.Optional;

/**
 * How a driver works.
 *
 * @param transport of IPv4; its peers, if any, are of IPv4
 * @param transport6 of IPv6
 * @param guardTimeout how long this process may stand still before its addresses are taken away;
 *     empty for no guard at all. {@link io.steelyard.vip.guard.Guard#TIMEOUT_LEAST} at least
 */
public record VipDriverOptions(
    VrrpTransport transport, VrrpTransport transport6, Optional<Duration> guardTimeout) {}
