package io.steelyard.wire.http1;

/** Responses that the balancer gives by itself. They allocate: make them once, or on failures. */
public final class Http1 {
  /** What is passed on: a server may still refuse it. */
  private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, TRACE";

  private Http1() {}

  /** What a response says of its connection. */
  public enum Persistence {
    /** It ends after this response. */
    CLOSE("\r\nConnection: close"),
    /** It stays, to a client of HTTP/1.0 that has asked for that. */
    KEEP_ALIVE("\r\nConnection: keep-alive"),
    /** It stays, as HTTP/1.1 has it. */
    USUAL("");

    private final String field;

    Persistence(String field) {
      this.field = field;
    }
  }

  /** The interim response that asks for the body. */
  public static byte[] continueResponse() {
    return Ascii.bytes("HTTP/1.1 100 Continue\r\n\r\n");
  }

  /**
   * A complete response with a short text. A 503 asks to come again in a second; a 405, and the 200
   * to an OPTIONS, tell the methods that are passed on.
   *
   * @param lines further header fields, each with its CRLF
   * @param cause what happened, in printable ASCII; the reason phrase when empty
   * @param requestId by which the request is found in the logs: visible ASCII; empty for none
   */
  public static byte[] errorResponse(
      int status, String cause, Persistence connection, String requestId, String lines) {
    return response(status, cause, connection, requestId, lines, false);
  }

  /** The same for a request whose method was HEAD: the head alone. */
  public static byte[] errorResponseToHead(
      int status, String cause, Persistence connection, String requestId, String lines) {
    return response(status, cause, connection, requestId, lines, true);
  }

  /** {@link #errorResponse} without further header fields. */
  public static byte[] errorResponse(
      int status, String cause, Persistence connection, String requestId) {
    return errorResponse(status, cause, connection, requestId, "");
  }

  private static byte[] response(
      int status,
      String cause,
      Persistence connection,
      String requestId,
      String lines,
      boolean headOnly) {
    String body = status + " " + (cause.isEmpty() ? reason(status) : cause) + "\n";
    String head =
        "HTTP/1.1 "
            + status
            + " "
            + reason(status)
            + "\r\nContent-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\nContent-Length: "
            + Ascii.bytes(body).length
            + (status == 405 || status == 200 ? "\r\nAllow: " + METHODS : "")
            + (status == 503 ? "\r\nRetry-After: 1" : "")
            + (requestId.isEmpty() ? "" : "\r\nX-Request-Id: " + requestId)
            + connection.field
            + "\r\n"
            + lines
            + "\r\n";
    return Ascii.bytes(headOnly ? head : head + body);
  }

  /** How many bytes of a response made here are its head. */
  public static int headLength(byte[] response) {
    int i = 0;
    while (response[i] != '\n' || response[i + 1] != '\r') {
      i++;
    }
    return i + 3;
  }

  /** The reason phrase of RFC 9110 15 and RFC 6585, or of the class. */
  public static String reason(int status) {
    return switch (status) {
      case 200 -> "OK";
      case 201 -> "Created";
      case 202 -> "Accepted";
      case 204 -> "No Content";
      case 301 -> "Moved Permanently";
      case 302 -> "Found";
      case 303 -> "See Other";
      case 304 -> "Not Modified";
      case 307 -> "Temporary Redirect";
      case 308 -> "Permanent Redirect";
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 408 -> "Request Timeout";
      case 409 -> "Conflict";
      case 410 -> "Gone";
      case 412 -> "Precondition Failed";
      case 413 -> "Content Too Large";
      case 414 -> "URI Too Long";
      case 415 -> "Unsupported Media Type";
      case 417 -> "Expectation Failed";
      case 421 -> "Misdirected Request";
      case 422 -> "Unprocessable Content";
      case 428 -> "Precondition Required";
      case 429 -> "Too Many Requests";
      case 431 -> "Request Header Fields Too Large";
      case 451 -> "Unavailable For Legal Reasons";
      case 500 -> "Internal Server Error";
      case 501 -> "Not Implemented";
      case 502 -> "Bad Gateway";
      case 503 -> "Service Unavailable";
      case 504 -> "Gateway Timeout";
      case 505 -> "HTTP Version Not Supported";
      default -> status < 400 ? "Response" : status < 500 ? "Client Error" : "Server Error";
    };
  }
}
