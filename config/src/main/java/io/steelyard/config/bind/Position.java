package io.steelyard.config.bind;

/** Line and column while going through a text, from 1; a column is a code point. */
public final class Position {
  private int line = 1;
  private int column = 1;
  private boolean afterReturn;

  public Position() {}

  public int line() {
    return line;
  }

  public int column() {
    return column;
  }

  /** Goes past a character; CR, LF and CR LF end a line. */
  public void pass(int codePoint) {
    boolean secondOfPair = codePoint == '\n' && afterReturn;
    afterReturn = codePoint == '\r';
    if (secondOfPair) {
      return;
    }
    if (codePoint == '\n' || codePoint == '\r') {
      line++;
      column = 1;
    } else {
      column++;
    }
  }
}
