package io.steelyard.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each wrong text about balancing, checks and limits, and exactly what is said about it. */
final class PoolErrorsTest {
  /** A pool of one server and these lines, from line 5 on. */
  private static Arguments pool(String lines, String... errors) {
    return ConfigErrorsTest.pool("servers: [a:1]\n" + lines, errors);
  }

  private static Arguments health(String entries, String... errors) {
    return pool("health:\n" + entries.indent(2).stripTrailing(), errors);
  }

  static Stream<Arguments> wrong() {
    return Stream.of(balancing(), loads(), zones(), checks(), https(), scripts(), bounds())
        .flatMap(s -> s);
  }

  static Stream<Arguments> balancing() {
    return Stream.of(
        pool(
            "balance: ip-hash\nhash-key: path",
            "s:6:15: hash-key of pool 'app': only 'balance: hash' has this, found 'ip-hash'"),
        pool(
            "hash-key: path",
            "s:5:15: hash-key of pool 'app': only 'balance: hash' has this, found 'round-robin'"),
        pool(
            "balance: hash\nhash_key: path",
            "s:6:5: unknown key 'hash_key' in pool 'app': did you mean 'hash-key'? known keys:"
                + " balance, bounded-load, discover, hash-key, health, limits, load,"
                + " panic-threshold, passive, prefer-zone, send-proxy-protocol, servers, slow-start, sticky, timeouts"),
        pool(
            "balance: hash\nhash-key: 'heder:X-User'",
            "s:6:15: hash-key of pool 'app': expected header:NAME, cookie:NAME, query:NAME or path,"
                + " found 'heder:X-User': did you mean 'header:X-User'?"),
        pool(
            "balance: hash\nhash-key: pth",
            "s:6:15: hash-key of pool 'app': expected header:NAME, cookie:NAME, query:NAME or path,"
                + " found 'pth': did you mean 'path'?"),
        pool(
            "balance: hash\nhash-key: cookie",
            "s:6:15: hash-key of pool 'app': expected header:NAME, cookie:NAME, query:NAME or path,"
                + " found 'cookie': the name is missing"),
        pool(
            "balance: hash\nhash-key: 'header:a b'",
            "s:6:15: hash-key of pool 'app': expected header:NAME, cookie:NAME, query:NAME or path,"
                + " found 'header:a b': that is no name"),
        pool(
            "balance: hash\nhash-key: 'query:a&b'",
            "s:6:15: hash-key of pool 'app': expected header:NAME, cookie:NAME, query:NAME or path,"
                + " found 'query:a&b': that is no name"),
        pool(
            "balance: hash\nhash-key: {cookie: a}",
            "s:6:15: hash-key of pool 'app': expected header:NAME, cookie:NAME, query:NAME or path,"
                + " found a mapping"),
        pool(
            "balance: random\nbounded-load: 1.25",
            "s:6:19: bounded-load of pool 'app': only 'balance: hash' or 'ip-hash' has this, found"
                + " 'random'"),
        pool(
            "balance: ip-hash\nbounded-load: 1",
            "s:6:19: bounded-load of pool 'app': expected a number from 1.01 to 100, found '1'"),
        pool(
            "balance: ip-hash\nbounded-load: 1e1",
            "s:6:19: bounded-load of pool 'app': expected a number from 1.01 to 100, found '1e1'"),
        pool(
            "slow-start: 10",
            "s:5:17: slow-start of pool 'app': expected a duration from 0s to 1h, found '10': give"
                + " it a unit, '10s' or '10ms'"),
        pool(
            "slow-start: 61m",
            "s:5:17: slow-start of pool 'app': expected a duration from 0s to 1h, found '61m'"),
        pool(
            "panic-threshold: 0.5",
            "s:5:22: panic-threshold of pool 'app': expected a percentage from 0% to 100%, found"
                + " '0.5': write '50%'"),
        pool(
            "panic-threshold: 50",
            "s:5:22: panic-threshold of pool 'app': expected a percentage from 0% to 100%, found"
                + " '50': write '50%'"),
        pool(
            "panic-threshold: 101%",
            "s:5:22: panic-threshold of pool 'app': expected a percentage from 0% to 100%, found"
                + " '101%'"),
        pool(
            "panic-threshold: 5.5%",
            "s:5:22: panic-threshold of pool 'app': expected a percentage from 0% to 100%, found"
                + " '5.5%': a percentage is a whole number with '%'"));
  }

  static Stream<Arguments> loads() {
    return Stream.of(
        pool(
            "balance: custom-load",
            "s:5:14: balance of pool 'app': 'custom-load' needs 'load': {agent: PORT}, {http:"
                + " /PATH} or {header: true}"),
        pool(
            "load: {header: true}",
            "s:5:11: load of pool 'app': only 'balance: custom-load' has this, found"
                + " 'round-robin'"),
        pool(
            "balance: custom-load\nload: {}",
            "s:6:11: load of pool 'app': missing key: give one of 'agent', 'http', 'header'"),
        pool(
            "balance: custom-load\nload: {agent: 9100, http: /x}",
            "s:6:31: http of load of pool 'app': give only one of 'agent', 'http', 'header'"),
        pool(
            "balance: custom-load\nload: {agent: 0}",
            "s:6:19: agent of load of pool 'app': expected a port from 1 to 65535, found '0'"),
        pool(
            "balance: custom-load\nload: {agent: host}",
            "s:6:19: agent of load of pool 'app': expected \"host:port\", \"[v6]:port\" or"
                + " \"unix:/path\", found 'host': the port is missing"),
        pool(
            "balance: custom-load\nload: {header: yes}",
            "s:6:20: header of load of pool 'app': expected true, found 'yes'"),
        pool(
            "balance: custom-load\nload: {agent: 9100, metric: cpu}",
            "s:6:33: metric of load of pool 'app': an agent says its load without metrics: give it"
                + " with 'http' or 'header'"),
        pool(
            "balance: custom-load\nload: {header: true, interval: 1s}",
            "s:6:36: interval of load of pool 'app': nothing is asked when reports come with"
                + " 'header'"),
        pool(
            "balance: custom-load\nload: {http: /x, interval: 11s}",
            "s:6:32: interval of load of pool 'app': longer than expire, which is 10s"),
        pool(
            "balance: custom-load\nload: {http: /x, expire: 1s}",
            "s:6:30: expire of load of pool 'app': shorter than interval, which is 2s"),
        pool(
            "balance: custom-load\nload: {http: /x, metric: ' '}",
            "s:6:30: metric of load of pool 'app': expected cpu, memory, application or the name of"
                + " a metric, found ' '"));
  }

  static Stream<Arguments> zones() {
    String pools = "pools: {app: {prefer-zone: true, servers: [a:1]}}\n";
    return Stream.of(
        ConfigErrorsTest.whole(
            ConfigErrorsTest.LISTENERS + pools,
            "s:2:28: prefer-zone of pool 'app': the node's own 'zone' is not given: it stands"
                + " beside 'pools'"),
        ConfigErrorsTest.whole(
            ConfigErrorsTest.LISTENERS + pools + "zones: eu-1\n",
            "s:3:1: unknown key 'zones' in the configuration: did you mean 'zone'? known keys:"
                + " admin, cluster, from, listeners, pools, state, store, zone"),
        ConfigErrorsTest.whole(
            "zone: eu 1\n" + ConfigErrorsTest.LISTENERS + pools,
            "s:1:7: zone: expected a name of 1 to 64 letters, digits, '.', '_' or '-', a letter or"
                + " digit first, found 'eu 1'"));
  }

  static Stream<Arguments> checks() {
    return Stream.of(
        health(
            "tcp: true\ninterval: 1s\nfast-interval: 2s",
            "s:8:22: fast-interval of health of pool 'app': longer than interval, which is 1s"),
        health(
            "tcp: true\nfast-interval: 9ms",
            "s:7:22: fast-interval of health of pool 'app': expected a duration from 10ms to 1h,"
                + " found '9ms'"),
        health(
            "tcp: true\nport: 65536\naddress: 'a:1'",
            "s:7:13: port of health of pool 'app': expected a whole number from 1 to 65535, found"
                + " '65536'",
            "s:8:16: address of health of pool 'app': give either 'port' or 'address', not both"),
        health("tls: yes", "s:6:12: tls of health of pool 'app': expected true, found 'yes'"),
        health(
            "tls: []",
            "s:6:12: tls of health of pool 'app': expected true or a mapping, found a list"),
        health(
            "tls: {server-name: 'a b', verfy: true}",
            "s:6:26: server-name of tls of health of pool 'app': expected a host name, found 'a b'",
            "s:6:33: unknown key 'verfy' in tls of health of pool 'app': did you mean 'verify'?"
                + " known keys: server-name, verify"),
        health(
            "grpc: {service: 'a b'}",
            "s:6:23: service of grpc of health of pool 'app': expected the name of a gRPC service,"
                + " found 'a b'"),
        health(
            "htp: /x",
            "s:6:7: unknown key 'htp' in health of pool 'app': did you mean 'http'? known keys:"
                + " address, fall, fast-interval, grpc, hold-down, http, interval, port, rise,"
                + " script, tcp, timeout, tls, udp"),
        health(
            "tcp: true\nhold-down: {flips: 101, window: 0s}",
            "s:7:26: flips of hold-down of health of pool 'app': expected a whole number from 0 to"
                + " 100, found '101'",
            "s:7:39: window of hold-down of health of pool 'app': expected a duration from 1s to"
                + " 24h, found '0s'"),
        health(
            "tcp: true\nhold-down: {period: 6m}",
            "s:7:27: period of hold-down of health of pool 'app': longer than max, which is 5m"),
        health(
            "tcp: true\nhold-down: {max: 9s}",
            "s:7:24: max of hold-down of health of pool 'app': shorter than period, which is 10s"),
        ConfigErrorsTest.pool(
            "servers: ['a:1', 'unix:/x']\nbalance: custom-load\nload: {agent: 9100}\n"
                + "health: {tcp: true, port: 9}",
            "s:6:19: agent of load of pool 'app': server 'unix:/x' has no ports: give an address",
            "s:7:31: port of health of pool 'app': server 'unix:/x' has no ports: give an"
                + " address"));
  }

  static Stream<Arguments> https() {
    return Stream.of(
        health("http: {method: GET}", "s:6:13: http of health of pool 'app': missing key 'path'"),
        health(
            "http: [/x]",
            "s:6:13: http of health of pool 'app': expected a path that starts with '/' or a"
                + " mapping, found a list"),
        health(
            "http: {path: /, method: get}",
            "s:6:31: method of http of health of pool 'app': expected one of GET, HEAD, OPTIONS,"
                + " POST, found 'get': did you mean 'GET'?"),
        health(
            "http: {path: /, host: 'a/b'}",
            "s:6:29: host of http of health of pool 'app': expected a host such as app.example or"
                + " app.example:8080, found 'a/b'"),
        health(
            "http: {path: /, status: 200}",
            "s:6:31: status of http of health of pool 'app': expected a list, found '200'"),
        health(
            "http: {path: /, status: [99, 2xx, 399-200, 200-600]}",
            "s:6:32: status 1 of http of health of pool 'app': expected a status from 100 to 599 or"
                + " a range such as 200-399, found '99'",
            "s:6:36: status 2 of http of health of pool 'app': expected a status from 100 to 599 or"
                + " a range such as 200-399, found '2xx'",
            "s:6:41: status 3 of http of health of pool 'app': expected a range from low to high,"
                + " found '399-200'",
            "s:6:50: status 4 of http of health of pool 'app': expected a status from 100 to 599 or"
                + " a range such as 200-399, found '200-600'"),
        health(
            "http: {path: /, body: 'a(b'}",
            "s:6:29: body of http of health of pool 'app': 'a(b' is no regular expression: unclosed"
                + " group at its character 4"),
        health(
            "http: {path: /, body: '*'}",
            "s:6:29: body of http of health of pool 'app': '*' is no regular expression: dangling"
                + " meta character '*' at its character 1"),
        health(
            "http: {path: /, body: ''}",
            "s:6:29: body of http of health of pool 'app': expected a regular expression of 1 to"
                + " 1024 characters, found 0"),
        health(
            "http: {path: /, method: HEAD, body: up}",
            "s:6:43: body of http of health of pool 'app': the answer to HEAD has no body"),
        health(
            "http: {path: /, headers: {Host: a, transfer-encoding: chunked, a b: c}}",
            "s:6:33: name of header 'Host' of http of health of pool 'app': write 'host' beside"
                + " 'headers', not in it",
            "s:6:42: name of header 'transfer-encoding' of http of health of pool 'app': the check"
                + " sets 'transfer-encoding' itself",
            "s:6:70: name of a header of http of health of pool 'app': expected the name of a header"
                + " field, found something that is none: letters, digits and '-' name one"),
        health(
            "http: {path: /, headers: {X: \"a\\r\\nb\", Y: [], x: c}}",
            "s:6:36: header 'X' of http of health of pool 'app': expected the value of a header"
                + " field, found one that is longer than 1024, begins or"
                + " ends with a blank, or has characters that are not printable ASCII",
            "s:6:49: header 'Y' of http of health of pool 'app': expected the value of a header"
                + " field, found a list",
            "s:6:53: name of header 'x' of http of health of pool 'app': it is given already: case"
                + " does not matter"),
        health(
            "http: {path: /, headers: Bearer s3cret}",
            "s:6:32: headers of http of health of pool 'app': expected a mapping of header names to"
                + " values, found something else"),
        health(
            "http: {path: /, headers: {'Authorization: Bearer s3cret': x}}",
            "s:6:33: name of a header of http of health of pool 'app': expected the name of a header"
                + " field, found something that is none: letters, digits and '-' name one"),
        health(
            "http: 'x?sig=s3cret&pass=s3cret'",
            "s:6:13: http of health of pool 'app': expected a path that starts with '/', found"
                + " 'x?sig=***&pass=***'"),
        health(
            "http: {path: /, headers: [X]}",
            "s:6:32: headers of http of health of pool 'app': expected a mapping of header names to"
                + " values, found a list"));
  }

  static Stream<Arguments> scripts() {
    return Stream.of(
        health("script: []", "s:6:15: script of health of pool 'app': expected at least one step"),
        health(
            "script: [{send: a, expect: b}]",
            "s:6:23: send of step 1 of health of pool 'app': give either 'expect' or 'send', not"
                + " both"),
        health(
            "script: [{}]",
            "s:6:16: step 1 of health of pool 'app': missing key: give 'expect' or 'send'"),
        health(
            "script: [{send: 'a\\q'}, {send: '\\x1g'}, {send: 'a\\'}]",
            "s:6:23: send of step 1 of health of pool 'app': expected one of the escapes \\r, \\n,"
                + " \\t, \\0, \\\\ and \\xHH, found '\\q'",
            "s:6:38: send of step 2 of health of pool 'app': expected one of the escapes \\r, \\n,"
                + " \\t, \\0, \\\\ and \\xHH, found '\\x1g'",
            "s:6:54: send of step 3 of health of pool 'app': expected one of the escapes \\r, \\n,"
                + " \\t, \\0, \\\\ and \\xHH, found '\\'"),
        health(
            "script: [{expect: '\u20AC'}, {expect: ''}]",
            "s:6:25: expect of step 1 of health of pool 'app': each character is one byte, up to"
                + " U+00FF, found U+20AC: write its bytes as \\xHH",
            "s:6:40: expect of step 2 of health of pool 'app': expected 1 to 1024 bytes, found 0"));
  }

  static Stream<Arguments> bounds() {
    return Stream.of(
        pool(
            "passive: {consecutive-failures: -1, failure-percentage: 50%, min-requests: 0}",
            "s:5:37: consecutive-failures of passive of pool 'app': expected a whole number from 0"
                + " to 1000, found '-1'",
            "s:5:61: failure-percentage of passive of pool 'app': expected a whole number from 0 to"
                + " 100, found '50%'",
            "s:5:80: min-requests of passive of pool 'app': expected a whole number from 1 to"
                + " 1000000, found '0'"),
        pool(
            "passive: {latency-factor: 1, window: 1ms, max-ejected: 200%}",
            "s:5:31: latency-factor of passive of pool 'app': expected 0 or a number from 1.1,"
                + " found '1'",
            "s:5:42: window of passive of pool 'app': expected a duration from 1s to 1h, found"
                + " '1ms'",
            "s:5:60: max-ejected of passive of pool 'app': expected a percentage from 0% to 100%,"
                + " found '200%'"),
        pool(
            "passive: {ejection: 2m, max-ejection: 1m}",
            "s:5:25: ejection of passive of pool 'app': longer than max-ejection, which is 1m"),
        pool(
            "passive: true",
            "s:5:14: passive of pool 'app': expected a mapping with the keys consecutive-failures,"
                + " ejection, failure-percentage, latency-factor, max-ejected, max-ejection,"
                + " min-requests, window, found 'true'"),
        pool(
            "limits: {retry-budget: 20, retry-min: -1, retry-unsafe: 1}",
            "s:5:28: retry-budget of limits of pool 'app': expected a percentage from 0% to 100%,"
                + " found '20': write '20%'",
            "s:5:43: retry-min of limits of pool 'app': expected a whole number from 0 to 10000,"
                + " found '-1'",
            "s:5:61: retry-unsafe of limits of pool 'app': expected true or false, found '1'"),
        pool(
            "limits: {concurrency: -1, adaptive: on, queue: 1000001}",
            "s:5:27: concurrency of limits of pool 'app': expected a whole number from 0 to"
                + " 10000000, found '-1'",
            "s:5:41: adaptive of limits of pool 'app': expected true or false, found 'on'",
            "s:5:52: queue of limits of pool 'app': expected a whole number from 0 to 1000000,"
                + " found '1000001'"),
        pool(
            "timeouts: {queue: 0s, total: 25h}",
            "s:5:23: queue of timeouts of pool 'app': expected a duration from 1ms to 24h, found"
                + " '0s'",
            "s:5:34: total of timeouts of pool 'app': expected a duration from 0s to 24h, found"
                + " '25h'"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void each_error_stands_at_its_place(String text, List<String> expected) {
    assertThat(ConfigErrorsTest.errors(text)).isEqualTo(expected);
  }

  @Test
  void lists_are_bounded() {
    String headers =
        IntStream.range(0, 33).mapToObj(i -> "H" + i + ": x").collect(Collectors.joining(", "));
    assertThat(refused("http: {path: /, headers: {" + headers + "}}"))
        .containsExactly("headers of http of health of pool 'app': expected at most 32, found 33");
    assertThat(refused("http: {path: /, status: [" + "200, ".repeat(33) + "]}"))
        .containsExactly("status of http of health of pool 'app': expected at most 32, found 33");
    assertThat(refused("script: [" + "{send: x}, ".repeat(17) + "]"))
        .containsExactly("script of health of pool 'app': expected at most 16, found 17");
    assertThat(refused("script: [{send: " + "x".repeat(1025) + "}]"))
        .containsExactly(
            "send of step 1 of health of pool 'app': expected 1 to 1024 bytes, found 1025");
    assertThat(refused("http: {path: /, body: " + "x".repeat(1025) + "}"))
        .containsExactly(
            "body of http of health of pool 'app': expected a regular expression of 1 to 1024"
                + " characters, found 1025");
  }

  private static List<String> refused(String health) {
    String text =
        ConfigErrorsTest.LISTENERS + "pools: {app: {servers: [a:1], health: {" + health + "}}}\n";
    return ConfigErrorsTest.errors(text).stream().map(error -> error.split(": ", 2)[1]).toList();
  }
}
