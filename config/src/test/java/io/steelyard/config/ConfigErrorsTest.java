package io.steelyard.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each wrong text, and exactly what is said about it. */
final class ConfigErrorsTest {
  static final String POOLS = "pools: {app: {servers: [a:1]}}\n";
  static final String LISTENERS = "listeners: {web: {address: ':80', pool: app}}\n";

  static List<String> errors(String text) {
    ConfigException e =
        catchThrowableOfType(ConfigException.class, () -> ConfigParser.parse("s", text));
    assertThat(e).as("no error in %s", text).isNotNull();
    return e.errors().stream().map(ConfigError::toString).toList();
  }

  private static Arguments listener(String line, String... errors) {
    return Arguments.of(POOLS + "listeners:\n  web:\n" + line.indent(4), List.of(errors));
  }

  static Arguments pool(String line, String... errors) {
    return Arguments.of(LISTENERS + "pools:\n  app:\n" + line.indent(4), List.of(errors));
  }

  private static Arguments server(String item, String... errors) {
    return pool("servers:\n- " + item, errors);
  }

  static Arguments whole(String text, String... errors) {
    return Arguments.of(text, List.of(errors));
  }

  static Stream<Arguments> wrong() {
    return Stream.of(listeners(), pools(), documents()).flatMap(s -> s);
  }

  static Stream<Arguments> listeners() {
    return Stream.of(
        listener(
            "adress: ':80'\npool: app",
            "s:4:5: unknown key 'adress' in listener 'web': did you mean 'address'? known keys: accept-proxy-protocol, access-log, address, allow, deny, hsts, limits, pool, protocol, redirect-to-https, routes, timeouts, tls, trusted-proxies"),
        listener(
            "address: ':80'",
            "s:4:5: listener 'web': missing key: give one of 'pool', 'routes', 'redirect-to-https'"),
        listener(
            "address: ':80'\nrotues: [{pool: app}]",
            "s:5:5: unknown key 'rotues' in listener 'web': did you mean 'routes'? known keys: accept-proxy-protocol, access-log, address, allow, deny, hsts, limits, pool, protocol, redirect-to-https, routes, timeouts, tls, trusted-proxies"),
        listener(
            "",
            "s:3:7: listener 'web': expected a mapping with the keys accept-proxy-protocol, access-log, address, allow, deny, hsts, limits, pool, protocol, redirect-to-https, routes, timeouts, tls, trusted-proxies, found nothing"),
        listener(
            "address: ':80'\npool: app\nroutes: [{pool: app}]",
            "s:5:11: pool of listener 'web': give only one of 'pool', 'routes', 'redirect-to-https'"),
        listener(
            "address: ':80'\npool: ap",
            "s:5:11: pool of listener 'web': there is no pool 'ap': did you mean 'app'? pools: app"),
        listener(
            "address: ':80'\nroutes: [{pool: app}, {pool: other}]",
            "s:5:34: pool of route 2 of listener 'web': there is no pool 'other'; pools: app"),
        listener(
            "address: ':80'\nroutes: [{host: 'a:80', pool: app}]",
            "s:5:21: host of route 1 of listener 'web': expected a host such as shop.example or *.example, found 'a:80': leave out the port"),
        listener(
            "address: ':80'\nroutes: [{path: api, pool: app}]",
            "s:5:21: path of route 1 of listener 'web': expected a path that starts with '/' and has no query, found 'api'"),
        listener(
            "address: ':80'\nroutes: [{path: '/a?b', pool: app}]",
            "s:5:21: path of route 1 of listener 'web': expected a path that starts with '/' and has no query, found '/a?b'"),
        listener(
            "address: ':80'\nroutes: []",
            "s:5:13: routes of listener 'web': expected at least one route"),
        listener(
            "address: ':80'\nroutes: [{host: '*', pool: app}]",
            "s:5:21: host of route 1 of listener 'web': expected a host such as shop.example or *.example, found '*': leave out 'host' to match all"),
        listener(
            "address: ':80'\nprotocol: tcp\nroutes: [{pool: app}]",
            "s:6:13: routes of listener 'web': a tcp listener has one 'pool' and no routes"),
        listener(
            "address: ':80'\nprotocol: htpt\npool: app",
            "s:5:15: protocol of listener 'web': expected one of http, tcp, udp, found 'htpt': did you mean 'http'?"),
        listener(
            "address: ':80'\nprotocol: udp\nroutes: [{pool: app}]",
            "s:6:13: routes of listener 'web': a udp listener has one 'pool' and no routes"),
        listener(
            "address: 'unix:/tmp/s'\nprotocol: udp\npool: app",
            "s:4:14: address of listener 'web': a udp listener has an address of IP"),
        listener(
            "address: ':80'\nprotocol: udp\npool: app\naccept-proxy-protocol: [10.0.0.0/8]",
            "s:7:28: accept-proxy-protocol of listener 'web': this is for connections, and a udp listener has none"),
        listener(
            "address: ':80'\npool: app\ntls: {min-version: 1.1}",
            "s:6:10: tls of listener 'web': missing key: give 'certificate' or 'certificates'",
            "s:6:24: min-version of tls of listener 'web': expected one of 1.2, 1.3, found '1.1': did you mean '1.2'?"),
        listener(
            "address: ':80'\npool: app\ntls: {client-certificate: sometimes}",
            "s:6:10: tls of listener 'web': missing key: give 'certificate' or 'certificates'",
            "s:6:31: client-certificate of tls of listener 'web': expected one of required, optional, found 'sometimes'",
            "s:6:31: client-certificate of tls of listener 'web': this needs 'client-ca': whose certificates are believed of clients"),
        listener(
            "address: ':80'\npool: app\naccept-proxy-protocol: [10.0.0.0/33]",
            "s:6:29: network 1 of listener 'web': expected a prefix length from 0 to 32 after '10.0.0.0/', found '33'"),
        listener(
            "address: ':80'\npool: app\naccess-log: jsno",
            "s:6:17: access-log of listener 'web': expected one of json, combined, haproxy, none, found 'jsno': did you mean 'json'?"),
        listener(
            "address: ':80'\npool: app\naccess_log: json",
            "s:6:5: unknown key 'access_log' in listener 'web': did you mean 'access-log'? known keys: accept-proxy-protocol, access-log, address, allow, deny, hsts, limits, pool, protocol, redirect-to-https, routes, timeouts, tls, trusted-proxies"),
        listener(
            "address: 8080\npool: app",
            "s:4:14: address of listener 'web': expected \":port\", \"host:port\", \"[v6]:port\" or \"unix:/path\", found '8080': a port alone is written \":8080\""),
        listener(
            "address: ':0'\npool: app",
            "s:4:14: address of listener 'web': expected a port from 1 to 65535, found '0'"),
        listener(
            "address: ':65536'\npool: app",
            "s:4:14: address of listener 'web': expected a port from 1 to 65535, found '65536'"),
        listener(
            "address: '*:80'\npool: app",
            "s:4:14: address of listener 'web': every address is written \":80\", found '*:80'"),
        listener(
            "address: '::1:80'\npool: app",
            "s:4:14: address of listener 'web': expected \":port\", \"host:port\", \"[v6]:port\" or \"unix:/path\", found '::1:80': an IPv6 address stands in brackets, \"[::1]:8080\""),
        listener(
            "address: [::1]:80\npool: app",
            "s:4:15: not valid YAML: while parsing a flow node: expected the node content, but found ':'; an IPv6 address needs quotes: \"[::1]:8080\""),
        listener(
            "address: '[::g]:80'\npool: app",
            "s:4:14: address of listener 'web': '::g' is neither a host name nor an address"),
        listener(
            "address: 'unix:run/x'\npool: app",
            "s:4:14: address of listener 'web': expected an absolute path after 'unix:', found 'run/x'"),
        listener(
            "address: \"unix:/x\\n\"\npool: app",
            "s:4:14: address of listener 'web': expected an absolute path after 'unix:', found '/x?'"),
        listener(
            "address: 'http://a:80'\npool: app",
            "s:4:14: address of listener 'web': expected \":port\", \"host:port\", \"[v6]:port\" or \"unix:/path\", found 'http://a:80': leave out the scheme"),
        listener(
            "address: '300.0.0.1:80'\npool: app",
            "s:4:14: address of listener 'web': '300.0.0.1' is neither a host name nor an address"),
        listener(
            "address: 'a b:80'\npool: app",
            "s:4:14: address of listener 'web': 'a b' is neither a host name nor an address"),
        listener(
            "address: ':80'\npool: app\ntrusted-proxies: [10.0.0.0/33]",
            "s:6:23: trusted network 1 of listener 'web': expected a prefix length from 0 to 32 after '10.0.0.0/', found '33'"),
        listener(
            "address: ':80'\npool: app\ntrusted-proxies: [10.1/8, lb.example]",
            "s:6:23: trusted network 1 of listener 'web': expected a network (\"10.0.0.0/8\", \"fd00::/8\") or an address, found '10.1/8'",
            "s:6:31: trusted network 2 of listener 'web': expected a network (\"10.0.0.0/8\", \"fd00::/8\") or an address, found 'lb.example'"),
        listener(
            "address: ':80'\npool: app\ntrusted-proxies: 10.0.0.0/8",
            "s:6:22: trusted-proxies of listener 'web': expected a list, found '10.0.0.0/8'"),
        listener(
            "address: ':80'\npool: app\ntimeouts: {head: 10}",
            "s:6:22: head of timeouts of listener 'web': expected a duration from 1ms to 24h, found '10': give it a unit, '10s' or '10ms'"),
        listener(
            "address: ':80'\npool: app\ntimeouts: {head: 0s, idle: 25h, body: 1.5s}",
            "s:6:22: head of timeouts of listener 'web': expected a duration from 1ms to 24h, found '0s'",
            "s:6:32: idle of timeouts of listener 'web': expected a duration from 1ms to 24h, found '25h'",
            "s:6:43: body of timeouts of listener 'web': expected a duration from 1ms to 24h, found '1.5s': a duration is a whole number with one of the units ms, s, m, h"),
        listener(
            "address: ':80'\npool: app\ntimeouts: {heda: 10s}",
            "s:6:16: unknown key 'heda' in timeouts of listener 'web': did you mean 'head'? known keys: body, head, idle, tunnel"),
        listener(
            "address: ':80'\npool: app\nlimits: {connections: 0}",
            "s:6:27: connections of limits of listener 'web': expected a whole number from 1 to 10000000, found '0'"),
        listener(
            "address: ':80'\npool: app\nlimits: {connections: '5'}",
            "s:6:27: connections of limits of listener 'web': expected a whole number from 1 to 10000000, found the text '5'"),
        listener(
            "address: ':80'\npool: app\nlimits: {head-size: 8192}",
            "s:6:25: head-size of limits of listener 'web': expected a size from 1KiB to 16KiB, found '8192': give it a unit, '8192B' or '8192KiB'"),
        listener(
            "address: ':80'\npool: app\nlimits: {head-size: 1MiB}",
            "s:6:25: head-size of limits of listener 'web': expected a size from 1KiB to 16KiB, found '1MiB'"),
        listener(
            "address: ':80'\npool: app\nlimits: {head-size: 8KB}",
            "s:6:25: head-size of limits of listener 'web': expected a size from 1KiB to 16KiB, found '8KB': a size is a whole number with one of the units B, KiB, MiB, GiB"),
        listener(
            "address: ':80'\npool: app\nlimits: 5",
            "s:6:13: limits of listener 'web': expected a mapping with the keys connections, head-size, header-fields, found '5'"));
  }

  static Stream<Arguments> pools() {
    return Stream.of(
        pool("balance: first", "s:4:5: pool 'app': missing key: give 'servers' or 'discover'"),
        pool("servers: []", "s:4:14: servers of pool 'app': expected at least one server"),
        pool("servers: a:1", "s:4:14: servers of pool 'app': expected a list, found 'a:1'"),
        pool(
            "servers: [a:1]\nbalance: round-robbin",
            "s:5:14: balance of pool 'app': expected one of round-robin, least-connections, least-response-time, least-bandwidth, custom-load, ip-hash, hash, random, power-of-two, first, weighted-round-robin, weighted-least-connections, found 'round-robbin': did you mean 'round-robin'?"),
        pool(
            "servers: [a:1]\nbalance: hash",
            "s:5:14: balance of pool 'app': 'hash' needs a 'hash-key': header:NAME, cookie:NAME, query:NAME or path"),
        pool(
            "servers: [a:1]\nbalance:",
            "s:5:13: balance of pool 'app': expected one of round-robin, least-connections, least-response-time, least-bandwidth, custom-load, ip-hash, hash, random, power-of-two, first, weighted-round-robin, weighted-least-connections, found nothing"),
        pool(
            "servers: [a:1]\nsticky: {cooky: srv}",
            "s:5:14: unknown key 'cooky' in sticky of pool 'app': did you mean 'cookie'? known keys: cookie, domain, fallback, header, http-only, learn, max-age, max-idle, path, query, return, same-site, secure, source, ttl"),
        pool(
            "servers: [a:1]\nsticky: {fallback: refuse}",
            "s:5:13: sticky of pool 'app': missing key: give one of 'cookie', 'learn', 'source', 'header', 'query'"),
        pool(
            "servers: [a:1]\nsticky: {cookie: srv, source: true}",
            "s:5:35: source of sticky of pool 'app': give only one of 'cookie', 'learn', 'source', 'header', 'query'"),
        pool(
            "servers: [a:1]\nsticky: {cookie: 's rv', ttl: 1h}",
            "s:5:22: cookie of sticky of pool 'app': expected the name of a cookie, found 's rv'",
            "s:5:35: ttl of sticky of pool 'app': this is for what is remembered, and 'cookie' is not"),
        pool(
            "servers: [a:1]\nsticky: {learn: 'cookie', path: /x, fallback: wait}",
            "s:5:21: learn of sticky of pool 'app': expected cookie:NAME or header:NAME, found 'cookie'",
            "s:5:37: path of sticky of pool 'app': this is for the balancer's own 'cookie', and 'learn' is not",
            "s:5:51: fallback of sticky of pool 'app': expected one of rebalance, refuse, found 'wait'"),
        pool(
            "servers: [a:1]\nsticky: {learn: 'cookie:'}",
            "s:5:21: learn of sticky of pool 'app': expected cookie:NAME or header:NAME, found 'cookie:': the name is missing"),
        pool(
            "servers: [a:1]\nsticky: {cookie: c, same-site: none, secure: never, fallback: refuse, return: true}",
            "s:5:36: same-site of sticky of pool 'app': browsers drop cookies with 'none' but for 'secure: always'",
            "s:5:83: return of sticky of pool 'app': with 'fallback: refuse' no session ever leaves its server"),
        whole(
            "listeners: {db: {address: ':1', protocol: tcp, pool: app}}\n"
                + "pools: {app: {servers: [a:1], sticky: {cookie: srv}}}\n",
            "s:2:48: cookie of sticky of pool 'app': listener 'db' is tcp: only 'source: true' tells its sessions"),
        pool(
            "servers: [a:1]\nsticky: {cookie: __Host-x, max-idle: 500ms}",
            "s:5:22: cookie of sticky of pool 'app': browsers drop it but for 'secure: always'",
            "s:5:42: max-idle of sticky of pool 'app': expected 0s or a duration from 1s to 9600h, found '500ms'"),
        whole(
            "listeners: {a: {address: ':1', routes: [{path: /x, pool: p}, {path: /y, pool: q}, {pool: r}]}}\n"
                + "pools:\n"
                + "  p: {servers: [a:1], sticky: {cookie: s}}\n"
                + "  q: {servers: [a:1], sticky: {cookie: s}}\n"
                + "  r: {servers: [a:1], sticky: {learn: 'cookie:s'}}\n",
            "s:4:40: cookie of sticky of pool 'q': pool 'p' of listener 'a' has a cookie of that name, too",
            "s:5:39: learn of sticky of pool 'r': on listener 'a' that is the balancer's own cookie, of pool 'p'"),
        whole(
            LISTENERS + POOLS + "state: {keys: /nowhere/keys, sessions: 5}\n",
            "s:3:15: keys of state: /nowhere/keys: no such file; make a secret with openssl rand -hex 32",
            "s:3:40: sessions of state: expected a whole number from 1000 to 10000000, found '5'"),
        pool(
            "servers: [a:1]\nhealth: {interval: 1s}",
            "s:5:13: health of pool 'app': missing key: give one of 'http', 'tcp', 'tls', 'grpc', 'udp', 'script'"),
        pool(
            "servers: [a:1]\nhealth: {http: /x, tcp: true}",
            "s:5:29: tcp of health of pool 'app': give only one of 'http', 'tcp', 'tls', 'grpc', 'udp', 'script'"),
        pool(
            "servers: [a:1]\nhealth: {tcp: false}",
            "s:5:19: tcp of health of pool 'app': expected true, found 'false'"),
        pool(
            "servers: [a:1]\nhealth: {http: healthz}",
            "s:5:20: http of health of pool 'app': expected a path that starts with '/', found 'healthz'"),
        pool(
            "servers: [a:1]\nhealth: {tcp: true, timeout: 0s, interval: 1ms}",
            "s:5:34: timeout of health of pool 'app': expected a duration from 1ms to 1h, found '0s'",
            "s:5:48: interval of health of pool 'app': expected a duration from 10ms to 1h, found '1ms'"),
        pool(
            "servers: [a:1]\nhealth: {tcp: true, rise: 0, fall: 101}",
            "s:5:31: rise of health of pool 'app': expected a whole number from 1 to 100, found '0'",
            "s:5:40: fall of health of pool 'app': expected a whole number from 1 to 100, found '101'"),
        pool(
            "servers: [a:1]\nlimits: {retries: 17, idle-connections: -1}",
            "s:5:23: retries of limits of pool 'app': expected a whole number from 0 to 16, found '17'",
            "s:5:45: idle-connections of limits of pool 'app': expected a whole number from 0 to 100000, found '-1'"),
        pool(
            "servers: [a:1]\ntimeouts: {connect: 2, response: 1d}",
            "s:5:25: connect of timeouts of pool 'app': expected a duration from 1ms to 24h, found '2': give it a unit, '2s' or '2ms'",
            "s:5:38: response of timeouts of pool 'app': expected a duration from 1ms to 24h, found '1d': a duration is a whole number with one of the units ms, s, m, h"),
        server("':80'", "s:5:7: server 1 of pool 'app': expected a host before the port in ':80'"),
        server(
            "a",
            "s:5:7: server 1 of pool 'app': expected \"host:port\", \"[v6]:port\" or \"unix:/path\", found 'a': the port is missing"),
        server(
            "'[::1]'",
            "s:5:7: server 1 of pool 'app': expected \"host:port\", \"[v6]:port\" or \"unix:/path\", found '[::1]': the port is missing"),
        server("{name: a}", "s:5:7: server 1 of pool 'app': missing key 'address'"),
        server(
            "{address: 'a:1', weight: 257}",
            "s:5:32: weight of server 1 of pool 'app': expected a whole number from 0 to 256, found '257'"),
        server(
            "{address: 'a:1', weight: heavy}",
            "s:5:32: weight of server 1 of pool 'app': expected a whole number from 0 to 256, found 'heavy'"),
        server(
            "{address: 'a:1', backup: yes}",
            "s:5:32: backup of server 1 of pool 'app': expected true or false, found 'yes'"),
        server(
            "{address: 'a:1', name: 'a b'}",
            "s:5:30: name of server 1 of pool 'app': expected a name of 1 to 64 letters, digits, '.', '_' or '-', a letter or digit first, found 'a b'"),
        server(
            "{address: 'a:1', max-connections: 99999999999999999999}",
            "s:5:41: max-connections of server 1 of pool 'app': expected a whole number from 0 to 1000000, found '99999999999999999999'"),
        server(
            "a:1\n- a:1",
            "s:6:7: server 2 of pool 'app': the name 'a:1' is already taken by server 1 of pool 'app' on line 5"),
        server(
            "{name: x, address: 'a:1'}\n- {name: x, address: 'a:2'}",
            "s:6:14: server 2 of pool 'app': the name 'x' is already taken by server 1 of pool 'app' on line 5"),
        server(
            "[a:1]",
            "s:5:7: server 1 of pool 'app': expected an address (\"host:port\", \"[v6]:port\" or \"unix:/path\"), found a list"),
        server(
            "",
            "s:5:6: server 1 of pool 'app': expected an address (\"host:port\", \"[v6]:port\" or \"unix:/path\"), found nothing"));
  }

  static Stream<Arguments> documents() {
    return Stream.of(
        whole(
            "admin: {}\n" + POOLS + "listeners: {web: {address: '127.0.0.1:7700', pool: app}}\n",
            "s:1:8: admin: address '127.0.0.1:7700' is already taken by listener 'web' on line 3"),
        whole(
            POOLS + "listeners: {web: {address: '127.0.0.1:7700', pool: app}}\n",
            "s:2:28: address of listener 'web': overlaps '127.0.0.1:7700', the default address of admin"),
        whole("", "s:1:1: the configuration is empty: expected at least 'listeners' and 'pools'"),
        whole(
            "# nothing\n",
            "s:1:1: the configuration is empty: expected at least 'listeners' and 'pools'"),
        whole(
            "[]",
            "s:1:1: the configuration: expected a mapping with the keys admin, cluster, from, listeners, pools, state, store, zone, found a list"),
        whole(
            "{}",
            "s:1:1: the configuration: missing key 'listeners'",
            "s:1:1: the configuration: missing key 'pools'"),
        whole("listeners: {}\n" + POOLS, "s:1:12: listeners: expected at least one listener"),
        whole(
            "listeners:\n" + POOLS,
            "s:1:11: listeners: expected a mapping of names to listeners, found nothing"),
        whole(LISTENERS + "pools: {}\n", "s:2:8: pools: expected at least one pool"),
        whole(
            LISTENERS + "pools: []\n",
            "s:2:8: pools: expected a mapping of names to pools, found a list"),
        whole(
            "listners: {web: {address: ':80', pol: ap}}\n"
                + "pools:\n  app: {serers: [{address: 'a:1', weigth: -1}]}\n",
            "s:1:1: unknown key 'listners' in the configuration: did you mean 'listeners'? known keys: admin, cluster, from, listeners, pools, state, store, zone",
            "s:1:34: unknown key 'pol' in listener 'web': did you mean 'pool'? known keys: accept-proxy-protocol, access-log, address, allow, deny, hsts, limits, pool, protocol, redirect-to-https, routes, timeouts, tls, trusted-proxies",
            "s:1:39: pol of listener 'web': there is no pool 'ap': did you mean 'app'? pools: app",
            "s:3:9: unknown key 'serers' in pool 'app': did you mean 'servers'? known keys: balance, bounded-load, discover, hash-key, health, limits, load, panic-threshold, passive, prefer-zone, send-proxy-protocol, servers, slow-start, sticky, timeouts",
            "s:3:35: unknown key 'weigth' in server 1 of pool 'app': did you mean 'weight'? known keys: address, backup, max-connections, name, weight, zone",
            "s:3:43: weigth of server 1 of pool 'app': expected a whole number from 0 to 256, found '-1'"),
        whole(
            LISTENERS + POOLS + "polls: {}\n",
            "s:3:1: unknown key 'polls' in the configuration: did you mean 'pools'? known keys: admin, cluster, from, listeners, pools, state, store, zone"),
        whole(
            LISTENERS + POOLS + "from: etcd://127.0.0.1:2379/steelyard\n",
            "s:3:7: from: listeners and pools come from there, they cannot stand here, too"),
        whole(
            LISTENERS + POOLS + "from: zookeeper://lb@127.0.0.1/steelyard\n",
            "s:3:7: from: listeners and pools come from there, they cannot stand here, too",
            "s:3:7: from: user 'lb' has no password: name its file beside, 'store: {password: FILE}'"),
        whole(
            LISTENERS + POOLS + "from: zookeepers://127.0.0.1\n",
            "s:3:7: from: expected a prefix for its keys after the hosts, as in etcd://host:2379/steelyard, of letters, digits, '.', '_' and '-' between slashes",
            "s:3:7: from: listeners and pools come from there, they cannot stand here, too"),
        whole(
            LISTENERS + POOLS + "from: consuls://127.0.0.1/steel yard\n",
            "s:3:7: from: expected a prefix for its keys after the hosts, as in etcd://host:2379/steelyard, of letters, digits, '.', '_' and '-' between slashes",
            "s:3:7: from: listeners and pools come from there, they cannot stand here, too"),
        whole(
            LISTENERS + POOLS + LISTENERS,
            "s:3:1: duplicate key 'listeners': it stands on line 1 already"),
        whole(
            LISTENERS + POOLS + "admin: {address: ':7700'}\n",
            "s:3:18: address of admin: expected a loopback address, found ':7700': where others reach the admin API it has to know who asks: give 'token: FILE' (make one: openssl rand -hex 32), or 'tls' with 'client-ca: FILE'"),
        whole(
            LISTENERS + POOLS + "admin: {address: '10.0.0.1:7700', token: /no/such}\n",
            "s:3:42: token of admin: no such file; expected the name of a file with the token in its first line, or env:NAME for a variable, named from the folder of the configuration"),
        whole(
            LISTENERS + POOLS + "admin: {address: 'unix:/x'}\n",
            "s:3:18: address of admin: expected an address of TCP, found 'unix:/x': that is for 'socket'"),
        whole(
            POOLS + "listeners:\n  -web: {address: ':80', pool: app}\n",
            "s:3:3: name of listener '-web': expected a name of 1 to 64 letters, digits, '.', '_' or '-', a letter or digit first, found '-web'"),
        whole(
            POOLS
                + "listeners:\n  a: {address: ':80', pool: app}\n"
                + "  b: {address: '[::]:80', pool: app}\n",
            "s:4:16: listener 'b': address '[::]:80' overlaps address ':80' of listener 'a' on line 3"),
        whole(
            POOLS
                + "listeners: {a: {address: '[::1]:80', pool: app}}\n"
                + "admin: {address: '[0:0::1]:80'}\n",
            "s:3:18: admin: address '[0:0::1]:80' overlaps address '[::1]:80' of listener 'a' on line 2"),
        whole(
            LISTENERS + POOLS + "---\nb: 1\n",
            "s:3:1: not valid YAML: expected a single document in the stream: but found another document"),
        whole(
            LISTENERS + "pools: {app: {servers: [a:1]}\n",
            "s:3:1: not valid YAML: while parsing a flow mapping: expected ',' or '}', but got <stream end>"),
        whole(
            LISTENERS + "pools:\n\tapp: {}\n",
            "s:3:1: not valid YAML: while scanning for the next token: found character '\\t(TAB)' that cannot start any token. (Do not use \\t(TAB) for indentation)"),
        whole(LISTENERS + "pools: *none\n", "s:2:8: not valid YAML: found undefined alias none"),
        whole(
            LISTENERS + "pools: &p {app: *p}\n",
            "s:2:8: pool 'app': missing key: give 'servers' or 'discover'",
            "s:2:12: unknown key 'app' in pool 'app'; known keys: balance, bounded-load, discover, hash-key, health, limits, load, panic-threshold, passive, prefer-zone, send-proxy-protocol, servers, slow-start, sticky, timeouts"),
        whole(LISTENERS + POOLS + "? [a]\n: b\n", "s:3:3: a key must be a single word"),
        whole(
            LISTENERS + POOLS + "admin: !!java.net.URL {address: ':7700'}\n",
            "s:3:8: the tag 'tag:yaml.org,2002:java.net.URL' is not supported",
            "s:3:33: address of admin: expected a loopback address, found ':7700': where others reach the admin API it has to know who asks: give 'token: FILE' (make one: openssl rand -hex 32), or 'tls' with 'client-ca: FILE'"),
        whole(LISTENERS + POOLS + "admin: !<x> {}\n", "s:3:8: the tag 'x' is not supported"),
        whole(
            LISTENERS + "pools: &p {app: &a {servers: [a:1]}, b: {<<: *a}}\n",
            "s:2:41: pool 'b': missing key: give 'servers' or 'discover'",
            "s:2:42: unknown key '<<' in pool 'b'; known keys: balance, bounded-load, discover, hash-key, health, limits, load, panic-threshold, passive, prefer-zone, send-proxy-protocol, servers, slow-start, sticky, timeouts"),
        whole(LISTENERS + POOLS + "admin: \u0001\n", "s:3:8: the character U+0001 is not allowed"),
        whole(
            LISTENERS + POOLS + "admin: " + "[".repeat(100_000),
            "s:3:39: not valid YAML: nested deeper than 32 levels"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void each_error_stands_at_its_place(String text, List<String> expected) {
    assertThat(errors(text)).isEqualTo(expected);
  }

  @Test
  void of_very_many_errors_the_first_are_shown_and_the_others_counted() {
    StringBuilder text = new StringBuilder(POOLS + "listeners:\n");
    for (int i = 0; i < 300; i++) {
      text.append("  l" + i + ": {address: ':" + (i + 1) + "', pool: none}\n");
    }
    text.append("admin: {address: nowhere}\n");
    List<String> errors = errors(text.toString());
    assertThat(errors).hasSize(201);
    assertThat(errors.getFirst()).startsWith("s:3:29: pool of listener 'l0': there is no pool");
    assertThat(errors.get(199)).startsWith("s:202:");
    assertThat(errors.getLast()).isEqualTo("s: and 101 more errors");
  }

  @Test
  void more_tables_for_ip_hash_than_memory_holds_are_an_error() {
    StringBuilder text = new StringBuilder(LISTENERS + "pools:\n  app: {servers: [a:1]}\n");
    String backup = "[a:1, {address: b:1, backup: true}]";
    for (int i = 0; i < 256; i++) {
      text.append("  p" + i + ": {balance: ip-hash, servers: " + backup + "}\n");
    }
    assertThatCode(() -> ConfigParser.parse("s", text.toString())).doesNotThrowAnyException();
    text.append("  last: {balance: ip-hash, servers: [a:1]}\n");
    assertThat(errors(text.toString()))
        .containsExactly(
            "s:260:19: balance of pool 'last': more than 512 pools that hash (one with backup"
                + " servers, or that discovers its servers, counts twice) need more memory than there is");
  }
}
