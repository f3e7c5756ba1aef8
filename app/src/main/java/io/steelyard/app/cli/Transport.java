package io.steelyard.app.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/** Carries requests to an admin API. */
interface Transport {
  /**
   * A request.
   *
   * @param path with the query
   * @param body empty for none
   * @param stream whether the answer goes on for as long as the node likes
   */
  record Request(
      String method, String path, Map<String, String> headers, String body, boolean stream) {}

  /**
   * Its answer.
   *
   * @param body to be closed
   */
  record Response(int status, InputStream body) {}

  /** Sends a request; blocks until the head of its answer is there. */
  Response send(Request request) throws IOException, InterruptedException;
}
