package io.steelyard.app.cli.doctor;

/**
 * What a rule has found.
 *
 * @param rule its name, the same in all versions: {@code one-node}
 * @param what is so
 * @param why that matters; empty if it is good
 * @param mend in one line, with what is to be written or run; empty if it is good
 */
public record Finding(Severity severity, String rule, String what, String why, String mend) {
  static Finding single(String rule, String what, String why, String mend) {
    return new Finding(Severity.SINGLE, rule, what, why, mend);
  }

  static Finding risk(String rule, String what, String why, String mend) {
    return new Finding(Severity.RISK, rule, what, why, mend);
  }

  static Finding ok(String rule, String what) {
    return new Finding(Severity.OK, rule, what, "", "");
  }
}
