import java.util.Locale;

/** Writes JSON, member by member; commas come by themselves. */
final class Json {
  private final StringBuilder text = new StringBuilder();
  private boolean first = true;

  /** Opens an object or array, given by its bracket. */
  Json open(String bracket) {
    separate();
    text.append(bracket);
    first = true;
    return this;
  }

  Json close(String bracket) {
    text.append(bracket);
    first = false;
    return this;
  }

  /** The name of the member that follows. */
  Json name(String name) {
    separate();
    quote(name);
    text.append(": ");
    first = true;
    return this;
  }

  Json field(String name, String value) {
    name(name);
    quote(value);
    first = false;
    return this;
  }

  /** A number; NaN becomes null. */
  Json field(String name, double value) {
    name(name);
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      text.append("null");
    } else if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      text.append((long) value);
    } else {
      text.append(String.format(Locale.ROOT, "%.4f", value));
    }
    first = false;
    return this;
  }

  private void separate() {
    if (!first) {
      text.append(", ");
    }
    first = false;
  }

  private void quote(String value) {
    text.append('"');
    value
        .chars()
        .forEach(c -> {
          if (c == '"' || c == '\\') {
            text.append('\\').append((char) c);
          } else if (c < ' ') {
            text.append(String.format(Locale.ROOT, "\\u%04x", c));
          } else {
            text.append((char) c);
          }
        });
    text.append('"');
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
