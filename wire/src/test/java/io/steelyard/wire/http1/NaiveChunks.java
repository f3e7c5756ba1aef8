package io.steelyard.wire.http1;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@link ChunkedBody} should make of a body, said slowly. */
final class NaiveChunks {
  private static final Pattern SIZE =
      Pattern.compile("([0-9A-Fa-f]{1,15})(;[\\t\\x20-\\x7e\\x80-\\xff]*)?\r\n");
  private static final Pattern TRAILER =
      Pattern.compile(
          "(?!(?i:te|host|expect|upgrade|forwarded|connection|keep[-_]alive|x[-_]request[-_]id"
              + "|content[-_]length|x[-_]forwarded[-_][^:]*|proxy[-_]connection"
              + "|transfer[-_]encoding|trailer|content-(?:encoding|type|range)"
              + "|(?:proxy[-_])?authorization|proxy[-_]authenticate|www-authenticate"
              + "|(?:set-)?cookie|cache-control|location|max-forwards|x[-_]real[-_]ip):)"
              + NaiveHead.TOKEN
              + ":[\\t\\x20-\\x7e\\x80-\\xff]*\r\n");
  private static final Pattern CRLF = Pattern.compile("\r\n");
  private static final int TRAILERS_MAX = 64;

  final String text;
  final StringBuilder data = new StringBuilder();
  boolean done;
  boolean bad;
  int at;

  NaiveChunks(String text) {
    this.text = text;
    while (!done && !bad && chunk()) {
      // the next one
    }
  }

  private boolean chunk() {
    Matcher size = SIZE.matcher(text);
    if (!found(size)) {
      return false;
    }
    long length = Long.parseLong(size.group(1), 16);
    if (length == 0) {
      trailers();
      return false;
    }
    int n = (int) Math.min(length, text.length() - at);
    data.append(text, at, at + n);
    at += n;
    return n == length && found(CRLF.matcher(text));
  }

  private void trailers() {
    int count = 0;
    while (at < text.length() && text.charAt(at) != '\r') {
      if (++count > TRAILERS_MAX) {
        bad = true;
      }
      if (bad || !found(TRAILER.matcher(text))) {
        return;
      }
    }
    done = found(CRLF.matcher(text));
  }

  // That more bytes might still make it match is just what is asked here.
  @SuppressWarnings("JdkObsolete")
  private boolean found(Matcher matcher) {
    matcher.region(at, text.length());
    if (matcher.lookingAt()) {
      at = matcher.end();
      return true;
    }
    bad = !matcher.hitEnd();
    return false;
  }
}
