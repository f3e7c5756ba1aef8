/**
 * A process beside this one that takes its virtual addresses away when it has been killed or does
 * not move any more.
 */
package io.steelyard.vip.guard;
