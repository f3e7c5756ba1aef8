package io.steelyard.admin;

/** A request of somebody who may not ask. */
final class NotAdmitted extends Exception {
  private static final long serialVersionUID = 1;

  private final transient Answer answer;

  /**
   * @param reason a word for the metric
   */
  NotAdmitted(String reason, Answer answer) {
    super(reason);
    this.answer = answer;
  }

  Answer answer() {
    return answer;
  }
}
