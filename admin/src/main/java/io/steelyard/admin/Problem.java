package io.steelyard.admin;

/** A request that is refused; carries its answer. */
final class Problem extends Exception {
  private static final long serialVersionUID = 1;

  private final transient Answer answer;

  Problem(Answer answer) {
    super(answer.body());
    this.answer = answer;
  }

  Problem(int status, String title, String detail) {
    this(Answer.problem(status, title, detail));
  }

  Answer answer() {
    return answer;
  }
}
