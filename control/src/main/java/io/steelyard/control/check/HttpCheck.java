package io.steelyard.control.check;

import io.steelyard.config.BodyPattern;
import io.steelyard.config.HealthConfig.Check;
import io.steelyard.control.link.HttpTalk;
import io.steelyard.control.link.HttpTalk.Field;
import io.steelyard.control.link.HttpTalk.Request;
import io.steelyard.control.link.Link;
import java.io.IOException;

/** One request over HTTP/1.1; judges the status and, if a pattern is wanted there, the body. */
final class HttpCheck {
  private HttpCheck() {}

  /** {@code host} is what is asked for unless the check names another. */
  static Answer ask(Link link, Check.Http check, String host) throws IOException {
    HttpTalk talk = HttpTalk.ask(link, request(check, host));
    int status = talk.status();
    if (!check.status().contains(status)) {
      return Answer.failed("answered " + status);
    }
    return check.body().isPresent()
        ? judge(check.body().get(), status, talk.body(status))
        : Answer.passed("answered " + status);
  }

  private static Request request(Check.Http check, String host) {
    return new Request(
        check.method(),
        check.path(),
        check.host().isEmpty() ? host : check.host(),
        check.headers().stream().map(h -> new Field(h.name(), h.value())).toList());
  }

  private static Answer judge(BodyPattern pattern, int status, String body) {
    return switch (pattern.in(body)) {
      case YES -> Answer.passed("answered " + status + " with what was expected");
      case NO -> Answer.failed("answered " + status + " without '" + pattern + "' in its body");
      case GAVE_UP -> Answer.failed("answered a body that '" + pattern + "' takes too long for");
    };
  }
}
