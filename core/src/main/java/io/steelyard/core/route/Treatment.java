package io.steelyard.core.route;

import java.util.Optional;

/**
 * What is done to a route's requests and responses on their way.
 *
 * @param access whose requests it takes; others are answered 403
 * @param rewrite takes the place of the route's own path, or of all of the path where the route
 *     asks for an exact one; empty: paths are passed on as they came
 * @param request header fields for the server
 * @param response header fields for the client
 */
public record Treatment(
    AccessRule access, Optional<String> rewrite, HeaderChanges request, HeaderChanges response) {
  /** Nothing is done. */
  public static final Treatment NONE =
      new Treatment(AccessRule.NONE, Optional.empty(), HeaderChanges.NONE, HeaderChanges.NONE);
}
