/** The log on standard error, behind {@link java.lang.System.Logger}. */
package io.steelyard.app.log;
