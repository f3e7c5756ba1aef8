/** What is to be simulated, and how it is written on a command line. */
package io.steelyard.sim.plan;
