/** Sessions: which requests belong together, and at which server they stay. */
package io.steelyard.core.session;
