package io.steelyard.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.steelyard.config.ConfigParser.Composed;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A configuration of several texts says what one text of all of them would say. */
final class CompositionTest {
  private static final ConfigText OWN =
      ConfigText.own("own.yaml", "zone: eu\nadmin: {address: \"127.0.0.1:7700\"}\n");

  private static final ConfigText SITE =
      ConfigText.shared(
          "store:config",
          """
          listeners: {web: {address: ":8080", pool: app}}
          pools: {app: {servers: ["127.0.0.1:9001"]}}
          """);

  private static Config composed(ConfigText... texts) throws ConfigException {
    return ConfigParser.parse(List.of(texts)).config();
  }

  private static List<String> errors(ConfigText... texts) {
    return catchThrowableOfType(ConfigException.class, () -> ConfigParser.parse(List.of(texts)))
        .errors()
        .stream()
        .map(ConfigError::toString)
        .toList();
  }

  @Test
  void the_parts_together_are_the_one_text_that_says_the_same() throws Exception {
    Config one =
        ConfigParser.parse(
            "one.yaml",
            """
            zone: eu
            admin: {address: "127.0.0.1:7700"}
            listeners: {web: {address: ":8080", pool: app}}
            pools:
              app:
                servers:
                  - 127.0.0.1:9001
                  - {name: b, address: "127.0.0.1:9002"}
                  - {name: c, address: "127.0.0.1:9003", weight: 3}
            """);
    assertThat(
            composed(
                OWN,
                SITE,
                ConfigText.server("app", "b", "store:b", "127.0.0.1:9002"),
                ConfigText.server("app", "c", "store:c", "{address: '127.0.0.1:9003', weight: 3}")))
        .isEqualTo(one);
  }

  @Test
  void a_pool_whose_servers_register_themselves_may_have_none() throws Exception {
    for (String pool : List.of("{}", "{servers: []}", "{balance: first}")) {
      Config config =
          composed(OWN, SITE, ConfigText.shared("late.yaml", "pools: {late: " + pool + "}"));
      assertThat(config.pools().getLast().servers()).isEmpty();
    }
    assertThat(errors(ConfigText.own("own.yaml", "pools: {late: {}}")))
        .anyMatch(error -> error.contains("give 'servers' or 'discover'"));
  }

  @Test
  void a_server_whose_key_says_nothing_is_refused_with_its_key() {
    assertThat(errors(OWN, SITE, ConfigText.server("app", "b", "store:b", "")))
        .containsExactly("store:b:1:1: nothing stands here: expected the address of a server");
  }

  @Test
  void several_shared_texts_add_up() throws Exception {
    Config config =
        composed(
            OWN,
            SITE,
            ConfigText.shared("api.yaml", "pools: {api: {servers: [\"127.0.0.1:9100\"]}}"));
    assertThat(config.pools()).extracting(PoolConfig::name).containsExactly("app", "api");
  }

  @Test
  void pieces_of_the_own_add_up_and_may_say_everything() throws Exception {
    Config config =
        composed(
            ConfigText.piece(
                "10.yaml",
                "listeners: {web: {address: ':8080', pool: app}}\n"
                    + "pools: {app: {servers: [\"127.0.0.1:9001\"]}}\nzone: eu\n"),
            ConfigText.piece("20.yaml", "pools: {api: {servers: [\"127.0.0.1:9100\"]}}"),
            ConfigText.piece("30.yaml", "admin: {address: '127.0.0.1:7701'}"));
    assertThat(config.pools()).extracting(PoolConfig::name).containsExactly("app", "api");
    assertThat(config.zone()).isEqualTo("eu");
    assertThat(config.admin().address()).hasToString("127.0.0.1:7701");
  }

  @Test
  void what_pieces_of_the_own_say_twice_is_said_with_both_places() {
    assertThat(
            errors(
                ConfigText.piece(
                    "10.yaml",
                    "listeners: {web: {address: ':8080', pool: app}}\n"
                        + "pools: {app: {servers: [\"127.0.0.1:9001\"]}}\nzone: eu\n"),
                ConfigText.piece(
                    "20.yaml", "pools: {app: {servers: [\"127.0.0.1:9100\"]}}\nzone: us\n")))
        .containsExactly(
            "20.yaml:1:9: duplicate key 'app': it stands on line 2 of 10.yaml already",
            "20.yaml:2:1: duplicate key 'zone': it stands on line 3 of 10.yaml already");
  }

  @Test
  void a_key_that_stands_twice_in_one_text_does_not_add_up() {
    assertThat(errors(OWN, ConfigText.shared("s", "pools: {a: 1}\npools: {b: 1}\n")))
        .anyMatch(e -> e.startsWith("s:2:1: duplicate key 'pools': it stands on line 1"));
  }

  @Test
  void pieces_that_name_a_store_have_no_listeners_and_pools() throws Exception {
    ConfigText from = ConfigText.piece("10.yaml", "from: etcd://h/site\n");
    ConfigText zone = ConfigText.piece("20.yaml", "zone: eu\n");
    assertThat(ConfigParser.own(List.of(zone, from)).orElseThrow().from())
        .hasToString("etcd://h:2379/site");
    assertThat(ConfigParser.parse(List.of(zone, from, SITE)).config().pools()).hasSize(1);
    assertThat(errors(from, ConfigText.piece("20.yaml", "pools: {}")))
        .contains("20.yaml:1:1: 'pools' cannot stand here, too: 'from' names where it comes from");
  }

  @Test
  void a_pool_may_live_of_servers_that_stand_by_themselves() throws Exception {
    Config config =
        composed(
            OWN,
            ConfigText.shared(
                "s", "listeners: {web: {address: ':8080', pool: app}}\npools: {app: {}}"),
            ConfigText.server("app", "b", "store:b", "127.0.0.1:9002"));
    assertThat(config.pools().getFirst().servers())
        .extracting(ServerConfig::name)
        .containsExactly("b");
  }

  @Test
  void a_server_may_stand_under_its_address() throws Exception {
    Config config =
        composed(
            OWN,
            SITE,
            ConfigText.server("app", "127.0.0.1:9002", "store:b", "127.0.0.1:9002"),
            ConfigText.server("app", "127.0.0.1:9003", "store:c", "{address: '127.0.0.1:9003'}"));
    assertThat(config.pools().getFirst().servers())
        .extracting(ServerConfig::name)
        .containsExactly("127.0.0.1:9001", "127.0.0.1:9002", "127.0.0.1:9003");
  }

  @Test
  void pools_that_are_one_node_by_an_alias_do_not_share_what_is_added_to_one() throws Exception {
    Config config =
        composed(
            OWN,
            ConfigText.shared(
                "s",
                """
                listeners: {web: {address: ':8080', pool: a}}
                pools: {a: &a {servers: ["127.0.0.1:9001"]}, b: *a}
                """),
            ConfigText.server("b", "two", "store:two", "127.0.0.1:9002"));
    assertThat(config.pools()).extracting(p -> p.servers().size()).containsExactly(1, 2);
  }

  @Test
  void every_error_names_the_text_that_is_wrong() {
    assertThat(
            errors(
                ConfigText.own(
                    "own.yaml", "zone: eu\npools: {x: {servers: [\"h:1\"]}}\nxyzzy: 1\n"),
                ConfigText.shared(
                    "store:config",
                    """
                    listeners: {web: {address: ":8080", pool: ap}}
                    pools: {app: {servers: ["127.0.0.1:9001"]}}
                    admin: {address: ":7"}
                    """),
                ConfigText.server("app", "b", "store:b", "127.0.0.1:99999"),
                ConfigText.server("app", "c", "store:c", "{name: d, address: 'h:1', wait: 1}")))
        .satisfiesExactly(
            e -> assertThat(e).startsWith("own.yaml:2:1: ").contains("'pools' cannot stand here"),
            e -> assertThat(e).startsWith("own.yaml:3:1: ").contains("unknown key 'xyzzy'"),
            e -> assertThat(e).startsWith("store:config:1:").contains("there is no pool 'ap'"),
            e -> assertThat(e).startsWith("store:config:3:1: ").contains("'admin' is not shared"),
            e -> assertThat(e).startsWith("store:b:1:1: ").contains("99999"),
            e -> assertThat(e).startsWith("store:c:1:").contains("says 'c'"),
            e -> assertThat(e).startsWith("store:c:1:").contains("unknown key 'wait'"));
  }

  @Test
  void what_stands_in_two_texts_is_said_to_stand_in_the_other() {
    assertThat(
            errors(
                OWN,
                SITE,
                ConfigText.shared("more.yaml", "pools: {app: {servers: [\"127.0.0.1:9100\"]}}")))
        .containsExactly(
            "more.yaml:1:9: duplicate key 'app': it stands on line 2 of store:config already");
    assertThat(
            errors(
                OWN,
                SITE,
                ConfigText.server("app", "127.0.0.1:9001", "store:again", "127.0.0.1:9001")))
        .hasSize(1)
        .first()
        .asString()
        .startsWith("store:again:1:1: ")
        .contains("on line 2 of store:config");
  }

  @Test
  void a_server_whose_pool_is_not_there_waits_for_it() throws Exception {
    Composed composed =
        ConfigParser.parse(
            List.of(OWN, SITE, ConfigText.server("ap", "b", "store:b", "127.0.0.1:9002")));
    assertThat(composed.config()).isEqualTo(composed(OWN, SITE));
    assertThat(composed.strays()).containsExactly("store:b");
  }

  @Test
  void what_is_no_yaml_is_said_of_the_text_that_is_none() {
    assertThat(errors(OWN, SITE, ConfigText.server("app", "b", "store:b", "{")))
        .singleElement()
        .asString()
        .startsWith("store:b:1:");
    assertThat(errors(OWN, ConfigText.shared("store:config", "")))
        .singleElement()
        .asString()
        .startsWith("store:config:1:1: the configuration is empty");
    assertThat(errors(OWN, ConfigText.shared("store:config", "[]")))
        .anyMatch(e -> e.startsWith("store:config:1:1: expected a mapping with 'listeners'"));
  }
}
