package io.steelyard.app.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Changes and revisions of the configuration as lines and columns for people. */
final class ConfigTable {
  private static final int OUTCOME_CHARS_MAX = 100;

  private ConfigTable() {}

  /** A line for each change. */
  static String changes(Map<?, ?> answer) {
    StringBuilder out = new StringBuilder();
    for (Object item : (List<?>) answer.get("changes")) {
      Map<?, ?> change = (Map<?, ?>) item;
      String before = (String) change.get("before");
      String after = (String) change.get("after");
      out.append(
          switch ((String) change.get("kind")) {
            case "added" -> "+ %s: %s\n".formatted(change.get("path"), after);
            case "removed" -> "- %s: %s\n".formatted(change.get("path"), before);
            default -> "~ %s: %s -> %s\n".formatted(change.get("path"), before, after);
          });
    }
    return out.isEmpty() ? "nothing changes\n" : out.toString();
  }

  /** What became of writing one. */
  static String written(Map<?, ?> answer) {
    return switch ((String) answer.get("result")) {
      case "unchanged" -> "unchanged: it is what stands there already\n";
      case "tried" ->
          changes(answer)
              + "revision %s is being tried by %s\n"
                  .formatted(answer.get("revision"), names((List<?>) answer.get("canary_nodes")));
      default -> changes(answer) + "revision %s is written\n".formatted(answer.get("revision"));
    };
  }

  private static String names(List<?> names) {
    return String.join(", ", names.stream().map(Object::toString).toList());
  }

  static String history(Map<?, ?> answer) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("REV", "AT", "WHO", "WHAT", "DOCUMENT", "STATE"));
    for (Object item : (List<?>) answer.get("revisions")) {
      Map<?, ?> revision = (Map<?, ?>) item;
      rows.add(
          List.of(
              revision.get("revision").toString(),
              Times.of(revision, "at", "-"),
              dash(revision.get("who")),
              revision.get("what")
                  + (Boolean.TRUE.equals(revision.get("forced")) ? ", forced" : ""),
              revision.get("digest").toString(),
              state(revision)));
    }
    StringBuilder out = new StringBuilder();
    Columns.append(out, rows);
    return out.toString();
  }

  private static String dash(Object text) {
    return text.toString().isEmpty() ? "-" : text.toString();
  }

  private static String state(Map<?, ?> revision) {
    String outcome = revision.get("outcome").toString().replace('\n', ' ');
    String shown =
        outcome.length() > OUTCOME_CHARS_MAX
            ? outcome.substring(0, OUTCOME_CHARS_MAX) + "..."
            : outcome;
    return revision.get("state") + (shown.isEmpty() ? "" : ": " + shown);
  }
}
