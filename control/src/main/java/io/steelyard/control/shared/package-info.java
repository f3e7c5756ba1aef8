/** The part of a configuration that nodes share: where it comes from, and what it may not do. */
package io.steelyard.control.shared;
