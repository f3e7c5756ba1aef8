/** Threads with an owner. */
package io.steelyard.control.thread;
