/** Hosts of a test's own on one machine, by network namespaces of Linux. */
package io.steelyard.testkit.netns;
