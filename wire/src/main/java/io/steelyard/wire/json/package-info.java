/** JSON as others send it to us: read strictly, within bounds. */
package io.steelyard.wire.json;
