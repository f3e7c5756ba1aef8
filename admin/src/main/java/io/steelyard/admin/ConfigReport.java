package io.steelyard.admin;

import io.steelyard.config.ConfigChange;
import io.steelyard.control.ConfigDesk;
import io.steelyard.control.revision.Revision;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What is said of the configuration's document and its changes. */
final class ConfigReport {
  private ConfigReport() {}

  static Map<String, Object> document(ConfigDesk.Document document) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("source", document.source());
    out.put("digest", document.digest());
    out.put("document", document.text());
    return out;
  }

  static Map<String, Object> revision(Revision revision) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("revision", revision.number());
    out.put("at", revision.at());
    out.put("who", revision.who());
    out.put("what", revision.what());
    out.put("forced", revision.forced());
    out.put("state", revision.state().name().toLowerCase(Locale.ROOT));
    out.put("outcome", revision.outcome());
    out.put("digest", revision.digest());
    return out;
  }

  static List<Map<String, Object>> changes(List<ConfigChange> changes) {
    return changes.stream().map(ConfigReport::change).toList();
  }

  private static Map<String, Object> change(ConfigChange change) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("kind", change.kind().name().toLowerCase(Locale.ROOT));
    out.put("path", change.path());
    out.put("before", change.before());
    out.put("after", change.after());
    return out;
  }

  static Answer of(ConfigDesk.Answer answer) {
    return switch (answer) {
      case ConfigDesk.Answer.Unchanged(String digest) ->
          written("unchanged", digest, null, List.of(), List.of());
      case ConfigDesk.Answer.Planned(String digest, List<ConfigChange> changes) ->
          written("planned", digest, null, changes, List.of());
      case ConfigDesk.Answer.Done done ->
          written(
              done.nodes().isEmpty() ? "written" : "tried",
              done.digest(),
              done.revision(),
              done.changes(),
              done.nodes());
      case ConfigDesk.Answer.Refused(List<String> errors) ->
          Answer.problem(
              422, "Unprocessable Content", String.join("\n", errors), Map.of("errors", errors));
      case ConfigDesk.Answer.Outdated(String digest) ->
          Answer.problem(
                  412,
                  "Precondition Failed",
                  "The document was changed meanwhile: read it again, its ETag is \""
                      + digest
                      + "\" now.")
              .with("ETag", '"' + digest + '"');
      case ConfigDesk.Answer.Impossible(String why) -> Answer.problem(409, "Conflict", why);
    };
  }

  private static Answer written(
      String result, String digest, Long revision, List<ConfigChange> changes, List<String> nodes) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("result", result);
    out.put("revision", revision);
    out.put("digest", digest);
    out.put("changes", changes(changes));
    out.put("canary_nodes", nodes);
    return Answer.json(out).with("ETag", '"' + digest + '"');
  }
}
