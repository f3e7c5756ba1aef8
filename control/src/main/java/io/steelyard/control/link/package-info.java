/** Short blocking conversations with servers: bounded in time and in bytes. */
package io.steelyard.control.link;
