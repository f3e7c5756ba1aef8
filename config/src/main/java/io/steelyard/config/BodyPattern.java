package io.steelyard.config;

import java.util.regex.Pattern;

/**
 * A regular expression ({@link Pattern}) that is looked for anywhere in an answer's body. Equal by
 * its text. Searching is bounded, whatever the expression: some take exponential time. Immutable.
 */
public final class BodyPattern {
  /** Characters of an expression. */
  public static final int LENGTH_MAX = 1024;

  /** Characters of the body that are looked at, over and over, until a search is given up. */
  private static final int STEPS_MAX = 5_000_000;

  private final Pattern pattern;

  private BodyPattern(Pattern pattern) {
    this.pattern = pattern;
  }

  /** What a search came to. */
  public enum Found {
    YES,
    NO,
    /** The expression takes too long for this body. */
    GAVE_UP
  }

  /**
   * Of an expression.
   *
   * @throws java.util.regex.PatternSyntaxException when it is none
   */
  public static BodyPattern of(String expression) {
    return new BodyPattern(Pattern.compile(expression));
  }

  /** Searches; takes some ten milliseconds at most. */
  public Found in(String body) {
    try {
      return pattern.matcher(new Counted(body, new Steps())).find() ? Found.YES : Found.NO;
    } catch (TooManySteps | StackOverflowError e) {
      return Found.GAVE_UP;
    }
  }

  /** The expression. */
  @Override
  public String toString() {
    return pattern.pattern();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BodyPattern same && toString().equals(same.toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  /** Ends a search; has no trace, being no fault. */
  private static final class TooManySteps extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooManySteps() {
      super("too many steps", null, false, false);
    }
  }

  /** Counts how often a text was looked at. */
  private static final class Steps {
    private int taken;

    void take() {
      if (++taken > STEPS_MAX) {
        throw new TooManySteps();
      }
    }
  }

  /** A text that lets itself be read so many times and no more: the matcher cannot be told to. */
  private record Counted(String text, Steps steps) implements CharSequence {
    @Override
    public char charAt(int index) {
      steps.take();
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new Counted(text.substring(start, end), steps);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
