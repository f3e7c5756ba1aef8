package io.steelyard.admin;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpPrincipal;
import io.steelyard.wire.http1.Http1;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import javax.net.ssl.SSLSession;

/**
 * A request and its answer, for those that answer what the JDK's server would hand them. There are
 * no contexts, and no addresses at a UNIX socket: these are null.
 */
final class PlainExchange extends HttpExchange {
  private final PlainRequest request;
  private final Peer peer;
  private final OutputStream out;
  private final Headers responseHeaders = new Headers();
  private Runnable whenAnswered = () -> {};
  private int status = -1;
  private boolean stays;

  PlainExchange(PlainRequest request, Peer peer) {
    this.request = request;
    this.peer = peer;
    this.out = peer.out();
  }

  /** Answers what was no request. */
  static void refuse(OutputStream out, Answer answer) throws IOException {
    Headers headers = new Headers();
    headers.set("Content-Type", answer.contentType());
    byte[] body = answer.bytes();
    headers.set("Content-Length", Integer.toString(body.length));
    headers.set("Connection", "close");
    write(out, answer.status(), headers);
    out.write(body);
    out.flush();
  }

  private static void write(OutputStream out, int status, Headers headers) throws IOException {
    headers.set(
        "Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC)));
    StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " " + Http1.reason(status));
    headers.forEach((name, values) ->
        values.forEach(value -> head.append("\r\n").append(name).append(": ").append(value)));
    out.write(head.append("\r\n\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  @Override
  public Headers getRequestHeaders() {
    return request.headers();
  }

  @Override
  public Headers getResponseHeaders() {
    return responseHeaders;
  }

  @Override
  public URI getRequestURI() {
    return request.uri();
  }

  @Override
  public String getRequestMethod() {
    return request.method();
  }

  @Override
  public HttpContext getHttpContext() {
    return null;
  }

  /** The connection is closed by whoever opened it. */
  @Override
  public void close() {
    request.body().close();
  }

  /** Is run before an answer is sent, but for a stream. */
  void whenAnswered(Runnable begins) {
    whenAnswered = begins;
  }

  /** Whether another request may come over the connection; after the answer. */
  boolean stays() {
    return stays;
  }

  /** Of an encrypted connection. */
  Optional<SSLSession> tls() {
    return peer.tls();
  }

  @Override
  public InputStream getRequestBody() {
    return request.body();
  }

  @Override
  public OutputStream getResponseBody() {
    return out;
  }

  /**
   * As the JDK's: a length of 0 is an unknown one, which ends with the connection; -1 is no body.
   */
  @Override
  public void sendResponseHeaders(int code, long length) throws IOException {
    if (status >= 0) {
      throw new IOException("there was an answer already");
    }
    status = code;
    if (length > 0) {
      responseHeaders.set("Content-Length", Long.toString(length));
    } else if (length < 0 && code != 304 && !request.method().equals("HEAD")) {
      responseHeaders.set("Content-Length", "0");
    }
    boolean ends = length == 0 && code != 304 && !request.method().equals("HEAD");
    stays = peer.persistent() && request.persistent() && request.body().consumed() && !ends;
    if (!stays) {
      responseHeaders.set("Connection", "close");
    }
    if (!ends) {
      whenAnswered.run();
    }
    write(out, code, responseHeaders);
  }

  @Override
  public InetSocketAddress getRemoteAddress() {
    return peer.ends().map(Peer.Ends::remote).orElse(null);
  }

  @Override
  public int getResponseCode() {
    return status;
  }

  @Override
  public InetSocketAddress getLocalAddress() {
    return peer.ends().map(Peer.Ends::local).orElse(null);
  }

  @Override
  public String getProtocol() {
    return request.protocol();
  }

  @Override
  public Object getAttribute(String name) {
    return null;
  }

  @Override
  public void setAttribute(String name, Object value) {
    throw new UnsupportedOperationException("nothing is kept here");
  }

  @Override
  public void setStreams(InputStream in, OutputStream streamOut) {
    throw new UnsupportedOperationException("the streams stay");
  }

  @Override
  public HttpPrincipal getPrincipal() {
    return null;
  }
}
