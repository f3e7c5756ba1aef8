/**
 * What nodes tell each other of their sessions and wishes, and what they make of what they hear.
 */
package io.steelyard.cluster;
