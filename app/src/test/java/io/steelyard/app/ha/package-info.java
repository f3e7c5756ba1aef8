/**
 * The lab: what clients notice of two balancers with one virtual address when one of them fails.
 */
package io.steelyard.app.ha;
