/** Main, command line, wiring. */
package io.steelyard.app;
