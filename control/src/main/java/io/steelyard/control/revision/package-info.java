/** The past of a configuration: what was written when, by whom, and what came of it. */
package io.steelyard.control.revision;
