/** TLS as the clients of all stores speak it. */
package io.steelyard.store.tls;
