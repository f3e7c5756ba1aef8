/**
 * Which nodes there are, how they are, and what more than half of them agree to: decisions only.
 */
package io.steelyard.cluster.member;
