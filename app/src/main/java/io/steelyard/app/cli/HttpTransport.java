package io.steelyard.app.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** By HTTP or HTTPS over TCP. */
final class HttpTransport implements Transport {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  /** Certificates are verified within it, too, by a Java that has only just started. */
  private static final Duration TLS_CONNECT_TIMEOUT = Duration.ofSeconds(10);

  private static final Duration READ_TIMEOUT = Duration.ofSeconds(10);

  private final String base;
  private final HttpClient http;

  /**
   * @param base the URL without a path
   * @param tls empty for what Java believes
   */
  HttpTransport(String base, Optional<SSLContext> tls) {
    this.base = base;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(base.startsWith("https:") ? TLS_CONNECT_TIMEOUT : CONNECT_TIMEOUT);
    tls.ifPresent(builder::sslContext);
    this.http = builder.build();
  }

  @Override
  public Response send(Request request) throws IOException, InterruptedException {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(base + request.path()))
            .method(
                request.method(),
                request.body().isEmpty()
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofString(request.body()));
    request.headers().forEach(builder::header);
    if (!request.stream()) {
      builder.timeout(READ_TIMEOUT);
    }
    HttpResponse<InputStream> response = http.send(builder.build(), BodyHandlers.ofInputStream());
    return new Response(response.statusCode(), response.body());
  }
}
