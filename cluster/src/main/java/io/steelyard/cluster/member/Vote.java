package io.steelyard.cluster.member;

/**
 * A voter's promise that for the length of a lease nobody else gets its vote.
 *
 * @param what the vote is about
 * @param candidate whose it is
 * @param incarnation which of the candidate's lives
 * @param echoNs {@link Beat#sentNs} of the candidate's beat that asked for it
 * @param leaseNs for how long it is good from then on, as far as the voter goes
 */
public record Vote(String what, String candidate, long incarnation, long echoNs, long leaseNs) {}
