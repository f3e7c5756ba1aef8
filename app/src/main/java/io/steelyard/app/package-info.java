/** The entry point: nothing but the way into {@code cli}. */
package io.steelyard.app;
