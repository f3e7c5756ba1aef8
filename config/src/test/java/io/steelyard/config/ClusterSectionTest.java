package io.steelyard.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.steelyard.core.session.Keyring;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who the other nodes are, and what sharing needs of them. */
final class ClusterSectionTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final String BASE = ConfigErrorsTest.LISTENERS + ConfigErrorsTest.POOLS;
  private static final Pattern EXAMPLE = Pattern.compile("(?ms)^## Cluster$.*?^```\n(.*?)^```$");

  @TempDir Path dir;

  @BeforeEach
  void make_the_key() throws Exception {
    Files.writeString(dir.resolve("cluster.key"), SECRET + "\n");
  }

  private Config parse(String text) throws ConfigException {
    return ConfigParser.parse(dir.resolve("s").toString(), BASE + text);
  }

  private List<String> errors(String text) {
    ConfigException e = catchThrowableOfType(ConfigException.class, () -> parse(text));
    assertThat(e).as("no error in %s", text).isNotNull();
    return e.errors().stream().map(x -> x.line() + ":" + x.column() + ": " + x.message()).toList();
  }

  private static Address.Tcp at(String host, int port) {
    return new Address.Tcp(host, port);
  }

  private static Keyring key() {
    return Keyring.of(List.of(SECRET.getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void without_a_cluster_a_node_is_alone() throws ConfigException {
    assertThat(parse("").cluster()).isEqualTo(ClusterConfig.NONE);
    assertThat(parse("cluster: {}\n").cluster()).isEqualTo(ClusterConfig.NONE);
    assertThat(ClusterConfig.NONE)
        .isEqualTo(new ClusterConfig("", Optional.empty(), List.of(), Optional.empty()));
  }

  @Test
  void every_option_arrives() throws ConfigException {
    Config config =
        parse(
            """
            cluster:
              node: lb1
              bind: 10.0.0.11:7701
              peers: [10.0.0.11:7701, lb2.example:7701, "[fd00::3]:7701"]
              key: cluster.key
            """);
    assertThat(config.cluster())
        .isEqualTo(
            new ClusterConfig(
                "lb1",
                Optional.of(at("10.0.0.11", 7701)),
                List.of(at("10.0.0.11", 7701), at("lb2.example", 7701), at("fd00::3", 7701)),
                Optional.of(key())));
    assertThat(config.state()).isEqualTo(StateConfig.NONE);
    assertThat(config.files()).containsExactly(dir.resolve("cluster.key"));
    assertThat(config.toString()).doesNotContain(SECRET);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0:7701", "[::]:7701", ":7701", "localhost:7701"})
  void a_node_may_listen_at_every_address(String bind) throws ConfigException {
    assertThat(parse("cluster: {bind: '" + bind + "'}\n").cluster().bind().orElseThrow().port())
        .isEqualTo(7701);
  }

  @Test
  void what_the_reference_shows_is_valid() throws Exception {
    Matcher example = EXAMPLE.matcher(Files.readString(Path.of("..", "docs", "configuration.md")));
    assertThat(example.find()).isTrue();
    Config config = parse(example.group(1));
    assertThat(config.state().share()).isEqualTo(new ShareConfig.Peers());
    assertThat(config.cluster().peers()).hasSizeGreaterThan(1);
  }

  /** Two of two that are listed are one too few, as much as one of one that is not. */
  @Test
  void a_majority_needs_three_nodes_whether_this_one_is_listed_or_not() throws ConfigException {
    String nodes =
        "cluster: {quorum: nodes, key: cluster.key, bind: '10.0.0.1:7701', peers: [%s]}\n";
    for (String few : List.of("'10.0.0.2:7701'", "'10.0.0.1:7701', '10.0.0.2:7701'")) {
      assertThat(errors(nodes.formatted(few)))
          .singleElement()
          .asString()
          .endsWith("a majority needs three nodes: list them all in 'peers'");
    }
    assertThat(parse(nodes.formatted("'10.0.0.2:7701', '10.0.0.3:7701'")).cluster().quorum())
        .isEqualTo(QuorumMode.NODES);
  }

  private static Arguments wrong(String text, String... errors) {
    return Arguments.of(text, List.of(errors));
  }

  static Stream<Arguments> wrong() {
    String key =
        "3:16: share of state: needs 'key' in 'cluster', a file with the secret of all nodes: make one with openssl rand -hex 32 > cluster.key";
    String bind =
        "3:16: share of state: needs 'bind' in 'cluster', where this node listens for the others";
    String peers = "3:16: share of state: needs 'peers' in 'cluster', where the other nodes listen";
    return Stream.of(
        wrong("state: {share: peers}\n", bind, key, peers),
        wrong("state: {share: peers}\ncluster: {key: cluster.key}\n", bind, peers),
        wrong("state: {share: peers}\ncluster: {bind: ':1', peers: [a:1]}\n", key),
        wrong("state: {share: 'redis://h'}\n", key),
        wrong(
            "state: {share: peers}\ncluster: {bnid: ':1', peers: [b], key: cluster.key}\n",
            "4:11: unknown key 'bnid' in cluster: did you mean 'bind'? known keys: bind, key, node, peers, quorum, quorum-lease, vips",
            "4:31: peer 1 of cluster: expected \"host:port\" or \"[v6]:port\", found 'b': the port is missing"),
        wrong(
            "cluster: [a:1]\n",
            "3:10: cluster: expected a mapping with the keys bind, key, node, peers, quorum, quorum-lease, vips, found a list"),
        wrong("cluster: {vips: []}\n", "3:17: vips of cluster: expected at least one vip"),
        wrong(
            "cluster: {node: 'a b'}\n",
            "3:17: node of cluster: expected a name of 1 to 64 letters, digits, '.', '_' or '-', a letter or digit first, found 'a b'"),
        wrong(
            "cluster: {bind: 'unix:/x'}\n",
            "3:17: bind of cluster: expected \":port\", \"host:port\" or \"[v6]:port\", found 'unix:/x'"),
        wrong(
            "cluster: {bind: ':0'}\n",
            "3:17: bind of cluster: expected a port from 1 to 65535, found '0'"),
        wrong(
            "cluster: {bind: ':80'}\n",
            "3:17: cluster: address ':80' is already taken by listener 'web' on line 1"),
        wrong(
            "cluster: {bind: ':7700'}\n",
            "3:17: bind of cluster: overlaps '127.0.0.1:7700', the default address of admin"),
        wrong("cluster: {peers: []}\n", "3:18: peers of cluster: expected at least one peer"),
        wrong("cluster: {peers: a:1}\n", "3:18: peers of cluster: expected a list, found 'a:1'"),
        wrong(
            "cluster: {peers: ['unix:/x']}\n",
            "3:19: peer 1 of cluster: expected \"host:port\" or \"[v6]:port\", found 'unix:/x'"),
        wrong(
            "cluster: {peers: ['::1:1']}\n",
            "3:19: peer 1 of cluster: expected \"host:port\" or \"[v6]:port\", found '::1:1': an IPv6 address stands in brackets, \"[::1]:8080\""),
        wrong(
            "cluster: {peers: [':1']}\n",
            "3:19: peer 1 of cluster: expected a host before the port in ':1'"),
        wrong(
            "cluster: {peers: ['0.0.0.0:1', '[::]:1']}\n",
            "3:19: peer 1 of cluster: expected the address of one node, found every address, '0.0.0.0:1'",
            "3:32: peer 2 of cluster: expected the address of one node, found every address, '[::]:1'"),
        wrong(
            "cluster: {peers: ['[::1]:1', b:1, b:2, '[0::1]:1', B:1]}\n",
            "3:40: peer 4 of cluster: '[0::1]:1' overlaps '[::1]:1' of peer 1 of cluster on line 3",
            "3:52: peer 5 of cluster: 'B:1' overlaps 'b:1' of peer 2 of cluster on line 3"),
        wrong(
            "cluster: {peers: [a:1, a:1]}\n",
            "3:24: peer 2 of cluster: 'a:1' is already taken by peer 1 of cluster on line 3"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void each_error_stands_at_its_place(String text, List<String> expected) {
    assertThat(errors(text)).isEqualTo(expected);
  }

  @Test
  void a_cluster_has_at_most_64_nodes() throws ConfigException {
    assertThat(parse("cluster: {peers: [" + nodes(64) + "]}\n").cluster().peers()).hasSize(64);
    assertThat(errors("cluster: {peers: [" + nodes(65) + "]}\n"))
        .containsExactly("3:18: peers of cluster: expected at most 64, found 65");
  }

  private static String nodes(int count) {
    return IntStream.range(0, count).mapToObj(i -> "n" + i + ":1").collect(Collectors.joining(","));
  }

  @Test
  void a_key_that_is_not_there_is_one_error() {
    assertThat(errors("state: {share: 'redis://h'}\ncluster: {key: other.key}\n"))
        .singleElement()
        .asString()
        .startsWith("4:16: key of cluster: ")
        .contains("other.key: no such file; make a secret with openssl rand -hex 32");
  }
}
