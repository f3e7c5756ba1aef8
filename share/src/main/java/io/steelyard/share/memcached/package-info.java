/** The store in Memcached: any number of servers, with a small client of our own. */
package io.steelyard.share.memcached;
