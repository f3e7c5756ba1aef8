/** The commands of the {@code steelyard} command line: they read arguments and print answers. */
package io.steelyard.app.cli;
