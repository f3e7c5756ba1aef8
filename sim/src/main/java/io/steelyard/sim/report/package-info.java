/** What a simulation has shown, as text, plots and JSON. */
package io.steelyard.sim.report;
