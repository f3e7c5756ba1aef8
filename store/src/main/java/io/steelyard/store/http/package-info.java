/** What the stores that speak HTTP have in common. */
package io.steelyard.store.http;
