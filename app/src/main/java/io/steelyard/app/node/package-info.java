/**
 * A running node: data plane, control plane and admin server joined, and its life from start to
 * stop.
 */
package io.steelyard.app.node;
