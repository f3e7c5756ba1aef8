package io.steelyard.app.cli.doctor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All that was found, the worst first. */
public record Diagnosis(List<Finding> findings) {
  public Diagnosis {
    findings =
        findings.stream().distinct().sorted(Comparator.comparing(Finding::severity)).toList();
  }

  /** What all rules make of it. */
  public static Diagnosis of(Facts facts) {
    List<Finding> findings = new ArrayList<>();
    NodeRules.judge(facts, findings);
    VipRules.judge(facts, findings);
    PoolRules.judge(facts, findings);
    StateRules.judge(facts, findings);
    HostRules.judge(facts, findings);
    for (String unseen : facts.unseen()) {
      findings.add(
          Finding.risk(
              "unseen",
              unseen,
              "what stands there was not judged",
              "run it as the node's user on the node's machine, or: steelyard doctor FILE --admin"
                  + " URL"));
    }
    return new Diagnosis(findings);
  }

  /** Whether no single failure takes it all down, as far as can be told. */
  public boolean good() {
    return count(Severity.SINGLE) == 0;
  }

  private int count(Severity severity) {
    return (int) findings.stream().filter(f -> f.severity() == severity).count();
  }

  /** For machines. */
  public Map<String, Object> report() {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("single_points_of_failure", count(Severity.SINGLE));
    report.put("risks", count(Severity.RISK));
    report.put("findings", findings.stream().map(Diagnosis::report).toList());
    return report;
  }

  private static Map<String, Object> report(Finding finding) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("severity", finding.severity().word());
    out.put("rule", finding.rule());
    out.put("what", finding.what());
    out.put("why", finding.why());
    out.put("mend", finding.mend());
    return out;
  }

  /** For people. */
  public String text() {
    StringBuilder out = new StringBuilder();
    for (Finding finding : findings) {
      out.append("%-2s %s%n".formatted(finding.severity().mark(), finding.what()));
      if (!finding.why().isEmpty()) {
        out.append("     why   ").append(finding.why()).append('\n');
        out.append("     mend  ").append(finding.mend()).append('\n');
      }
    }
    return out.append(
            "%s%s, %s%n"
                .formatted(
                    findings.isEmpty() ? "" : "\n",
                    counted(count(Severity.SINGLE), "single point", " of failure"),
                    counted(count(Severity.RISK), "risk", "")))
        .toString();
  }

  private static String counted(int count, String thing, String more) {
    return (count == 0 ? "no" : Integer.toString(count))
        + " "
        + thing
        + (count == 1 ? "" : "s")
        + more;
  }
}
