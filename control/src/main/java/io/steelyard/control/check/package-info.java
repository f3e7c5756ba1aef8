/**
 * The kinds of health checks: each asks a server once, blocking, on a virtual thread, and says in
 * words what it found.
 */
package io.steelyard.control.check;
