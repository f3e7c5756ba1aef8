package io.steelyard.admin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** {@code /v1/openapi.json}: this API, as a document of OpenAPI 3.1; read when it is asked for. */
final class OpenApi {
  private OpenApi() {}

  static boolean isAt(List<String> path) {
    return path.equals(List.of("v1", "openapi.json"));
  }

  static Answer document() throws IOException {
    try (InputStream in = OpenApi.class.getResourceAsStream("openapi.json")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return new Answer(200, "application/json", text);
    }
  }
}
