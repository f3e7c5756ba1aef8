/** The data plane as the rest sees it. */
package io.steelyard.proxy;
