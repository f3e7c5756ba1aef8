package io.steelyard.app.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** GET, from the side of the client. */
public final class Web {
  private static final int TIMEOUT_MS = 10_000;

  private Web() {}

  /** The status code, a blank, and the body. */
  public static String get(String url) {
    return get(url, "*/*");
  }

  /** The same, in a form that is accepted. */
  public static String get(String url, String accept) {
    try {
      HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
      connection.setRequestProperty("Accept", accept);
      connection.setConnectTimeout(TIMEOUT_MS);
      connection.setReadTimeout(TIMEOUT_MS);
      int code = connection.getResponseCode();
      try (InputStream body =
          code < 400 ? connection.getInputStream() : connection.getErrorStream()) {
        return code + " " + new String(body.readAllBytes(), StandardCharsets.UTF_8);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(url, e);
    }
  }
}
