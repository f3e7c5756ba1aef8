package io.steelyard.wire.http1;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What {@link ResponseHead} should make of a response, said slowly. */
final class NaiveResponse {
  private static final Pattern LINE =
      Pattern.compile("(HTTP/1\\.)([01])( ([1-5][0-9][0-9])(?: [\\t\\x20-\\x7e\\x80-\\xff]*)?)");
  private static final Set<String> HOP =
      Set.of("connection", "keep-alive", "proxy-connection", "proxy-authenticate");

  final NaiveHead head;
  int minor;
  int status;
  long contentLength;
  boolean close;

  private NaiveResponse(NaiveHead head) {
    this.head = head;
  }

  /** Null when refused; a head of length 0 when not complete. */
  static NaiveResponse read(String text, boolean requestWasHead) {
    NaiveHead head = NaiveHead.read(text, LINE, 0);
    if (head == null) {
      return null;
    }
    NaiveResponse response = new NaiveResponse(head);
    return head.length == 0 || response.understand(requestWasHead) ? response : null;
  }

  private boolean understand(boolean requestWasHead) {
    minor = Integer.parseInt(head.start.group(2));
    status = Integer.parseInt(head.start.group(4));
    boolean chunked = head.has("transfer-encoding");
    List<String> lengths = head.values("content-length");
    if (!head.codingIsGood()
        || !head.lengthsAreDigits()
        || !head.connectionIsGood()
        || lengths.stream().map(Long::valueOf).distinct().count() > 1
        || (chunked && (minor == 0 || !lengths.isEmpty()))) {
      return false;
    }
    long declared = chunked ? -1 : lengths.isEmpty() ? -2 : Long.parseLong(lengths.getFirst());
    boolean stray = declaresNone() && (declared > 0 || chunked);
    contentLength = requestWasHead || declaresNone() || status == 304 ? 0 : declared;
    close =
        head.connectionSays("close")
            || (minor == 0 && !head.connectionSays("keep-alive"))
            || contentLength == -2
            || stray;
    return !stray || status == 204;
  }

  private boolean declaresNone() {
    return status < 200 || status == 204;
  }

  String written(int clientMinor, boolean closeClient, boolean dechunk) {
    Set<String> seen = new HashSet<>();
    String kept =
        head.kept(field ->
            switch (field.name()) {
              case "upgrade" -> status != 101;
              case "transfer-encoding" -> dechunk || clientMinor == 0 || declaresNone();
              case "content-length" -> declaresNone() || !seen.add("content-length");
              default -> HOP.contains(field.name());
            });
    String own =
        status == 101
            ? "Connection: upgrade\r\n"
            : closeClient
                ? "Connection: close\r\n"
                : clientMinor == 0 ? "Connection: keep-alive\r\n" : "";
    return "HTTP/1.1" + head.start.group(3) + "\r\n" + kept + own + "\r\n";
  }
}
