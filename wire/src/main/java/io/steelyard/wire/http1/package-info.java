/** HTTP/1.1 heads and chunked framing (RFC 9112), strict, over byte arrays, without allocation. */
package io.steelyard.wire.http1;
