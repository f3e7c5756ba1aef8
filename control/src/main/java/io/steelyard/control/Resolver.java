package io.steelyard.control;

import io.steelyard.config.Address;
import java.net.SocketAddress;

/**
 * Looks up addresses; may block. A name that is not known gives an unresolved address; one that was
 * not answered in time, null.
 */
@FunctionalInterface
interface Resolver {
  SocketAddress resolve(Address address);
}
