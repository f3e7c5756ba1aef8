package io.steelyard.control.discovery.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.config.DiscoverConfig.Family;
import io.steelyard.config.DiscoverConfig.Limits;
import io.steelyard.config.DiscoverConfig.Source;
import io.steelyard.config.ServerConfig;
import io.steelyard.control.discovery.Answer;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is made of replies of name servers; they are the test's. */
final class SourcesTest {
  private static final Duration TTL = Duration.ofSeconds(30);

  private final Map<String, Reply<InetAddress>> addresses = new HashMap<>();
  private Reply<Reply.Service> services = new Reply.Failure<>("not asked");
  private final List<String> asked = new ArrayList<>();

  private final Reply.Names names =
      new Reply.Names() {
        @Override
        public Reply<InetAddress> addresses(String name, boolean ipv6) {
          String question = name + (ipv6 ? " AAAA" : " A");
          synchronized (asked) {
            asked.add(question);
          }
          return addresses.getOrDefault(question, new Reply.None<>("no " + question, TTL));
        }

        @Override
        public Reply<Reply.Service> services(String name) {
          return services;
        }
      };

  private void has(String question, long ttlS, String... literals) {
    addresses.put(
        question,
        new Reply.Records<>(
            List.of(literals).stream().map(InetAddress::ofLiteral).toList(),
            Duration.ofSeconds(ttlS)));
  }

  private Answer host(Family family) throws InterruptedException {
    Source.Dns dns = new Source.Dns("app", 80, 7, family, Optional.empty());
    return new HostSource(dns, Limits.DEFAULT, names).ask();
  }

  private static List<String> servers(Answer answer) {
    return ((Answer.Found) answer)
        .servers().stream()
            .map(s -> "%s=%s*%d%s".formatted(s.name(), s.address(), s.weight(), backup(s)))
            .toList();
  }

  private static String backup(ServerConfig server) {
    return server.backup() ? " backup" : "";
  }

  @Test
  void every_address_of_a_name_is_a_server_whatever_their_order() throws Exception {
    has("app A", 60, "10.0.0.2", "10.0.0.1", "10.0.0.2");
    has("app AAAA", 20, "2001:db8:0:0:0:0:0:1");
    Answer answer = host(Family.BOTH);
    assertThat(servers(answer))
        .containsExactly(
            "10.0.0.1:80=10.0.0.1:80*7",
            "10.0.0.2:80=10.0.0.2:80*7",
            "[2001:db8::1]:80=[2001:db8::1]:80*7");
    assertThat(((Answer.Found) answer).ttl()).contains(Duration.ofSeconds(20));
  }

  @Test
  void a_family_that_is_preferred_is_asked_for_first_and_the_other_only_without_it()
      throws Exception {
    has("app A", 60, "10.0.0.1");
    assertThat(servers(host(Family.IPV4))).hasSize(1);
    assertThat(asked).containsExactly("app A");
    asked.clear();
    assertThat(servers(host(Family.IPV6))).hasSize(1);
    assertThat(asked).containsExactly("app AAAA", "app A");
  }

  @Test
  void what_could_not_be_asked_for_makes_an_answer_incomplete_or_none() throws Exception {
    has("app A", 60, "10.0.0.1");
    addresses.put("app AAAA", new Reply.Failure<>("SERVFAIL"));
    assertThat(((Answer.Found) host(Family.BOTH)).lack()).isEqualTo("SERVFAIL");
    addresses.remove("app A");
    assertThat(host(Family.BOTH)).isEqualTo(new Answer.Failed("SERVFAIL"));
    addresses.clear();
    assertThat(host(Family.BOTH)).isInstanceOf(Answer.Nothing.class);
  }

  private ServiceSource service(int serversMax) {
    return new ServiceSource(
        new Source.Srv("_http._tcp.app", Family.BOTH, Optional.empty()),
        new Limits(Duration.ofSeconds(1), Duration.ofMinutes(1), serversMax, 0),
        names);
  }

  private static Reply.Service record(int priority, int weight, String target) {
    return new Reply.Service(priority, weight, 8080, target);
  }

  private void offer(Reply.Service... records) {
    services = new Reply.Records<>(List.of(records), Duration.ofSeconds(50));
  }

  @Test
  void records_of_a_service_give_weight_and_who_is_a_backup() throws Exception {
    offer(record(10, 3, "b"), record(20, 1, "c"), record(10, 0, "a"));
    has("a A", 60, "10.0.0.1");
    has("b A", 40, "10.0.0.2");
    has("c AAAA", 60, "::1");
    Answer answer = service(10).ask();
    assertThat(servers(answer))
        .containsExactly(
            "a:8080=10.0.0.1:8080*1", "b:8080=10.0.0.2:8080*3", "c:8080=[::1]:8080*1 backup");
    assertThat(((Answer.Found) answer).ttl()).contains(Duration.ofSeconds(40));
  }

  @Test
  void large_weights_become_smaller_alike() {
    assertThat(ServiceSource.weight(65_535, 65_535)).isEqualTo(256);
    assertThat(ServiceSource.weight(32_768, 65_535)).isEqualTo(128);
    assertThat(ServiceSource.weight(1, 65_535)).isEqualTo(1);
    assertThat(ServiceSource.weight(200, 256)).isEqualTo(200);
  }

  @Test
  void a_target_stays_at_the_address_that_it_had_for_as_long_as_it_has_it() throws Exception {
    offer(record(1, 1, "a"));
    has("a A", 60, "10.0.0.5");
    ServiceSource source = service(10);
    assertThat(servers(source.ask())).containsExactly("a:8080=10.0.0.5:8080*1");
    has("a A", 60, "10.0.0.4", "10.0.0.5");
    assertThat(servers(source.ask())).containsExactly("a:8080=10.0.0.5:8080*1");
    has("a A", 60, "10.0.0.4");
    assertThat(servers(source.ask())).containsExactly("a:8080=10.0.0.4:8080*1");
  }

  @Test
  void a_target_that_cannot_be_looked_up_makes_the_answer_incomplete() throws Exception {
    offer(record(1, 1, "a"), record(1, 1, "b"), record(1, 1, "gone"));
    has("a A", 60, "10.0.0.1");
    addresses.put("b A", new Reply.Failure<>("time-out"));
    Answer.Found found = (Answer.Found) service(10).ask();
    assertThat(found.servers()).hasSize(1);
    assertThat(found.lack()).isEqualTo("time-out; no gone AAAA");
    assertThat(found.unclear())
        .isEqualTo(new Answer.Unclear.Servers(Set.of("b:8080", "gone:8080")));
    addresses.remove("a A");
    assertThat(service(10).ask()).isEqualTo(new Answer.Failed("time-out"));
  }

  @Test
  void a_target_whose_name_is_gone_stays_for_as_long_as_it_is_listed() throws Exception {
    offer(record(1, 1, "a"), record(1, 1, "gone"));
    has("a A", 60, "10.0.0.1");
    Answer.Found found = (Answer.Found) service(10).ask();
    assertThat(servers(found)).containsExactly("a:8080=10.0.0.1:8080*1");
    assertThat(found.lack()).isEqualTo("no gone AAAA");
    assertThat(found.unclear()).isEqualTo(new Answer.Unclear.Servers(Set.of("gone:8080")));
    addresses.clear();
    assertThat(service(10).ask()).isEqualTo(new Answer.Nothing("no a AAAA", Optional.of(TTL)));
  }

  @Test
  void a_record_without_a_port_is_left_out_counted_and_said() throws Exception {
    Reply.Service none = new Reply.Service(1, 1, 0, "a");
    offer(record(1, 1, "a"), none, new Reply.Service(1, 1, 0, "b"));
    has("a A", 60, "10.0.0.1");
    Answer.Found found = (Answer.Found) service(1).ask();
    assertThat(servers(found)).containsExactly("a:8080=10.0.0.1:8080*1");
    assertThat(found.lack()).isEqualTo("2 left out, since a has no port");
    assertThat(found.unclear()).isEqualTo(new Answer.Unclear.Servers(Set.of()));
    offer(none);
    assertThat(service(1).ask())
        .isEqualTo(
            new Answer.Failed(
                "no record of _http._tcp.app can be used: 1 left out, since a has no port"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "0.1.2.3", "224.0.0.1", "239.1.1.1", "255.255.255.255"})
  void an_address_at_which_there_can_be_no_server_is_left_out_and_said(String nobody)
      throws Exception {
    has("app A", 60, "10.0.0.1", nobody);
    has("app AAAA", 60, "::", "ff02::1");
    Answer.Found found = (Answer.Found) host(Family.BOTH);
    assertThat(servers(found)).containsExactly("10.0.0.1:80=10.0.0.1:80*7");
    assertThat(found.lack()).startsWith("3 left out, since at " + nobody + " there can be no");
    assertThat(found.unclear()).as("all is said").isEqualTo(new Answer.Unclear.Servers(Set.of()));

    offer(record(1, 1, "app"));
    found = (Answer.Found) service(10).ask();
    assertThat(servers(found)).containsExactly("app:8080=10.0.0.1:8080*1");
    assertThat(found.lack()).startsWith("3 left out");

    has("app A", 60, nobody);
    assertThat(host(Family.BOTH))
        .isEqualTo(new Answer.Failed("at " + nobody + " there can be no server"));
  }

  @Test
  void a_service_that_is_not_offered_or_too_often_is_said_to_be_so() throws Exception {
    offer(record(0, 0, ""));
    assertThat(service(10).ask()).isInstanceOf(Answer.Nothing.class);
    offer(record(1, 1, "a"), record(1, 1, "b"));
    assertThat(service(1).ask()).isEqualTo(new Answer.TooMany(2));
    assertThat(asked).isEmpty();
    services = new Reply.Failure<>("REFUSED");
    assertThat(service(1).ask()).isEqualTo(new Answer.Failed("REFUSED"));
  }

  @Test
  void the_systems_name_servers_are_read_as_the_system_reads_them() {
    ResolvConf conf =
        ResolvConf.of(
            List.of(
                "# a comment",
                "nameserver 10.0.0.53",
                "nameserver ::1",
                "nameserver not-an-address",
                "nameserver",
                "search a.example b.example",
                "options ndots:5"));
    assertThat(conf.servers().toString()).contains("/10.0.0.53:53").contains("0:1]:53");
    assertThat(conf.search()).containsExactly("a.example", "b.example");
    assertThat(ResolvConf.of(List.of())).isEqualTo(ResolvConf.NONE);
    assertThat(DnsNames.candidates("app", conf.search()).toString())
        .isEqualTo("[app.a.example., app.b.example., app.]");
    assertThat(DnsNames.candidates("app.example", conf.search()).toString())
        .isEqualTo("[app.example.]");
  }
}
