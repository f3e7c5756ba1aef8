package io.steelyard.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.steelyard.core.route.AccessRule;
import io.steelyard.core.route.Action.Redirect;
import io.steelyard.core.route.Conditions;
import io.steelyard.core.route.Conditions.Wanted;
import io.steelyard.core.route.HeaderChanges;
import io.steelyard.core.route.HeaderChanges.Field;
import io.steelyard.core.route.Target;
import io.steelyard.core.route.Treatment;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What routes ask, and what they do. */
final class RouteSectionTest {
  private static final String POOLS =
      "pools: {app: {servers: ['127.0.0.1:1']}, db: {servers: ['127.0.0.1:2']}}\n";

  private static String listener(String keys) {
    return POOLS + "listeners: {web: {address: ':80', " + keys + "}}\n";
  }

  private static ListenerConfig read(String keys) throws ConfigException {
    return ConfigParser.parse("s", listener(keys)).listeners().getFirst();
  }

  private static RouteConfig route(String keys) throws ConfigException {
    return read("routes: [{" + keys + "}]").routes().getFirst();
  }

  @Test
  void a_route_is_read_with_everything() throws Exception {
    RouteConfig read =
        route(
            "exact: /x, method: [GET, PURGE], header: {X-A: '*', X-B: '1'}, query: {v: 2},"
                + " pools: {app: 90, db: 10}, rewrite: {prefix: /new},"
                + " request-headers: {set: {Host: inner, X-C: c}, remove: Cookie},"
                + " response-headers: {add: {X-D: d}}");
    assertThat(read)
        .isEqualTo(
            new RouteConfig(
                "",
                "",
                new Conditions(
                    "/x",
                    List.of("GET", "PURGE"),
                    List.of(new Wanted("X-A", "*"), new Wanted("X-B", "1")),
                    List.of(new Wanted("v", "2"))),
                new Treatment(
                    AccessRule.NONE,
                    Optional.of("/new"),
                    new HeaderChanges(
                        List.of(new Field("Host", "inner"), new Field("X-C", "c")),
                        List.of(),
                        List.of("Cookie")),
                    new HeaderChanges(List.of(), List.of(new Field("X-D", "d")), List.of())),
                new RouteConfig.Action.Pools(
                    List.of(new RouteConfig.Share("app", 90), new RouteConfig.Share("db", 10)))));
  }

  @Test
  void redirecting_to_https_is_short_for_one_route() throws Exception {
    assertThat(read("redirect-to-https: true").routes().getFirst().action())
        .isEqualTo(
            new RouteConfig.Action.Redirected(
                new Redirect(Target.of("https://{host}{path}"), 308)));
    assertThat(read("redirect-to-https: {port: 8443}").routes().getFirst().action())
        .isEqualTo(
            new RouteConfig.Action.Redirected(
                new Redirect(Target.of("https://{host}:8443{path}"), 308)));
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        arguments(
            "pool: app, pools: {app: 1}",
            "give only one of 'pool', 'pools', 'redirect', 'respond'"),
        arguments("path: /x", "missing key: give one of 'pool', 'pools', 'redirect', 'respond'"),
        arguments("path: /x, exact: /x, pool: app", "give either 'path' or 'exact', not both"),
        arguments("method: get, pool: app", "methods know case: write 'GET'"),
        arguments("method: [], pool: app", "expected at least one method"),
        arguments("header: {Host: a}, pool: app", "write 'host' beside 'header', not in it"),
        arguments("header: {a: x, A: y}, pool: app", "it is given already: case does not matter"),
        arguments("header: {a b: x}, pool: app", "letters, digits and '-' name one"),
        arguments("query: {v: 'a b'}, pool: app", "a parameter's value as it is sent"),
        arguments("pools: {app: 0}", "one weight at least has to be above 0"),
        arguments("pools: {ap: 1}", "there is no pool 'ap': did you mean 'app'?"),
        arguments(
            "redirect: {to: '//evil'}", "a target begins with http:// or https:// and a host"),
        arguments("redirect: {to: 'https://a/{x}'}", "{x} is not known: {host}, {path}"),
        arguments("redirect: {to: /a, status: 300}", "expected one of 301, 302, 303, 307, 308"),
        arguments(
            "redirect: {to: /a}, rewrite: {prefix: /b}", "no server gets requests of this route"),
        arguments(
            "redirect: {to: /a}, response-headers: {set: {location: x}}",
            "'Location' is what 'redirect' says"),
        arguments("respond: {status: 302}", "'302' leads elsewhere: write 'redirect'"),
        arguments("respond: {status: 204, body: x}", "an answer of this status has no body"),
        arguments("respond: {type: text/html}", "there is no body that would have it"),
        arguments(
            "respond: {body: x, type: \"text/html\\r\\nX: y\"}", "a media type such as text/html"),
        arguments(
            "pool: app, request-headers: {set: {Content-Length: 1}}",
            "concerns one connection, or where a message ends"),
        arguments(
            "pool: app, request-headers: {add: {Transfer_Encoding: x}}",
            "concerns one connection, or where a message ends"),
        arguments(
            "pool: app, request-headers: {remove: [X-Forwarded-For]}",
            "the balancer sets 'X-Forwarded-For' itself"),
        arguments(
            "pool: app, request-headers: {set: {X-Client-Cert-Subject: CN=me}}",
            "the balancer sets 'X-Client-Cert-Subject' itself"),
        arguments(
            "pool: app, header: {X-Client-Cert-SHA256: '*'}", "conditions see what clients send"),
        arguments("pool: app, request-headers: {remove: host}", "'host' can only be set"),
        arguments(
            "pool: app, request-headers: {set: {Host: 'a b'}}",
            "expected a host such as app.example"),
        arguments("pool: app, response-headers: {set: {Connection: x}}", "concerns one connection"),
        arguments(
            "pool: app, response-headers: {set: {X-A: \"a\\r\\nb\"}}",
            "characters that are not printable ASCII"),
        arguments(
            "pool: app, response-headers: {set: {X-A: b}, remove: x-a}",
            "'x-a' is set, or removed, already"),
        arguments(
            "pool: app, response-headers: {}", "missing key: give 'set' or 'add' or 'remove'"),
        arguments("pool: app, allow: [10.0.0.0/33]", "expected a prefix length from 0 to 32"),
        arguments(
            "pool: app, rewrite: {prefix: new}", "a path that starts with '/' and has no query"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void a_mistake_is_told(String keys, String told) {
    Assertions.assertThatThrownBy(() -> route(keys))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(told);
  }

  @ParameterizedTest
  @MethodSource("listenerMistakes")
  void a_mistake_of_a_listener_is_told(String keys, String told) {
    Assertions.assertThatThrownBy(() -> read(keys))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(told);
  }

  static Stream<Arguments> listenerMistakes() {
    return Stream.of(
        arguments("pool: app, hsts: 1y", "this listener has no 'tls'"),
        arguments("pool: app, hsts: 1", "expected an age such as 1y"),
        arguments(
            "pool: app, hsts: {max-age: 1d, include-subdomains: true, preload: true}",
            "only with a max-age of 1y"),
        arguments("redirect-to-https: false", "expected true"),
        arguments("redirect-to-https: true, pool: app", "give only one of"),
        arguments(
            "protocol: tcp, pool: app, deny: [10.0.0.1]",
            "a tcp listener does not know what requests are"));
  }

  @Test
  void what_header_fields_say_is_masked() {
    String shown =
        MaskedSecrets.mask(
            listener(
                "routes: [{header: {X-Key: s3cret}, request-headers: {set: {Authorization: s3cret},"
                    + " add: {X-Key: s3cret}}, pool: app}]"));
    assertThat(shown).doesNotContain("s3cret").contains("X-Key");
  }
}
