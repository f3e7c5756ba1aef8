/** How the stores keep their callers from waiting longer than they may. */
package io.steelyard.share.call;
