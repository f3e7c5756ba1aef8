/** The store in Redis: one server, one behind sentinels, or a cluster. */
package io.steelyard.share.redis;
