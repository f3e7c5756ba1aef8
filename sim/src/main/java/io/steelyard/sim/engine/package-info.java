/** What any discrete-event simulation needs: a queue of events, distributions, statistics. */
package io.steelyard.sim.engine;
