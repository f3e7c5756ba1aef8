package io.steelyard.control.check;

/**
 * The verdict of one attempt.
 *
 * @param text why, in a few words
 */
record Answer(boolean passed, String text) {
  static Answer passed(String text) {
    return new Answer(true, text);
  }

  static Answer failed(String text) {
    return new Answer(false, text);
  }
}
