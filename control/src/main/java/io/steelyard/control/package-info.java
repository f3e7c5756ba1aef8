/**
 * Turns configurations, check results and the operator's wishes into what the data plane serves.
 * Everything here may block and runs on virtual threads, never on a loop.
 */
package io.steelyard.control;
