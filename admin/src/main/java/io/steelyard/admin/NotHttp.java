package io.steelyard.admin;

/** What came is no request that is understood; carries its answer. */
final class NotHttp extends Exception {
  private static final long serialVersionUID = 1;

  private final transient Answer answer;

  NotHttp(int status, String title, String detail) {
    super(detail);
    this.answer = Answer.problem(status, title, detail);
  }

  Answer answer() {
    return answer;
  }
}
