/**
 * Active health checks: one virtual thread for each server that is checked, one owner of them all.
 */
package io.steelyard.control.probe;
