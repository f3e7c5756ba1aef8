/**
 * The simulated world: machines, clients and faults, and the balancer's own decision classes among
 * them. One thread, one clock, one seed.
 */
package io.steelyard.sim.world;
