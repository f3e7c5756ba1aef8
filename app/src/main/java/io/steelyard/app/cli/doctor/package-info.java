/**
 * What is still a single point of failure in a setup. What is known of it are {@link
 * io.steelyard.app.cli.doctor.Facts}, read from a configuration, a running node and its machine;
 * the rules are pure and judge only what is known.
 */
package io.steelyard.app.cli.doctor;
