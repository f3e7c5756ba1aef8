package io.steelyard.config;

import io.steelyard.config.DiscoverConfig.Family;
import io.steelyard.config.DiscoverConfig.Limits;
import io.steelyard.config.DiscoverConfig.Source;
import io.steelyard.config.bind.Fields;
import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Parsed;
import io.steelyard.config.bind.Scalar;
import io.steelyard.config.bind.Scalars;
import io.steelyard.config.bind.Section;
import io.steelyard.config.bind.Spelling;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** {@code pools.NAME.discover}. */
final class DiscoverSection {
  private static final Scalar<Duration> INTERVAL =
      Scalars.duration(Duration.ofMillis(100), Duration.ofHours(24));

  /** How often a file is read. */
  private static final Duration FILE_INTERVAL = Duration.ofMillis(250);

  static final Option<Optional<String>> DNS =
      Option.optional(
          "dns", name(false), "Every address of this name is a server, A and AAAA alike.");
  static final Option<Optional<String>> SRV =
      Option.optional(
          "srv",
          name(true),
          "Every SRV record of this name is a server, with the record's port and weight; those"
              + " whose priority is not the best are backup servers.");
  static final Option<Optional<String>> FILE =
      Option.optional(
          "file",
          Scalars.text("the name of a file", Pattern.compile("[^\\x00]{1,4096}")),
          "Every line of this file is a server; the file is watched.");
  static final Option<Optional<String>> CONSUL =
      Option.optional(
          "consul",
          Scalars.text("the name of a service in Consul", Pattern.compile("[A-Za-z0-9._-]{1,128}")),
          "Every instance of this service that passes its checks is a server.");
  static final Option<Optional<Integer>> PORT =
      Option.optional("port", Scalars.wholeNumber(1, 65_535), "For 'dns': port of each server.");
  static final Option<Integer> WEIGHT =
      Option.of(
          "weight",
          ServerType.WEIGHT_TYPE,
          ServerType.DEFAULT_WEIGHT,
          "For 'dns' and 'file': weight of each server for which nothing else is said.");
  static final Option<Family> PREFER =
      Option.of(
          "prefer",
          families(),
          Family.BOTH,
          "For 'dns' and 'srv': which addresses are taken if there are any; of an SRV record's name"
              + " one is, of IPv4 if 'both'.");
  static final Option<Optional<Address.Tcp>> RESOLVER =
      Option.optional(
          "resolver",
          Scalars.text(
              "the address of a name server (\"10.0.0.2:53\" or \"[v6]:53\")",
              "(\\[[^\\]]+\\]|[0-9.]+):[0-9]+",
              DiscoverSection::resolver),
          "For 'dns' and 'srv': the name server that is asked; by default those of"
              + " /etc/resolv.conf.");
  static final Option<Address.Tcp> AT =
      Option.of(
          "at", NodeAddress.PEER, new Address.Tcp("127.0.0.1", 8500), "For 'consul': its agent.");
  static final Option<String> TAG =
      Option.of(
          "tag",
          Scalars.text("a tag", Pattern.compile("[^\\x00-\\x1f]{1,128}")),
          "",
          "For 'consul': which instances have to have.");
  static final Option<Optional<Secret>> TOKEN =
      Option.optional(
          "token", PasswordFile.SHORT_TOKEN, "For 'consul': the ACL token that it is asked with.");
  static final Option<String> DATACENTER =
      Option.of(
          "datacenter",
          Names.TYPE,
          "",
          "For 'consul': where instances are looked for; by default where its agent is.");
  static final Option<Duration> INTERVAL_MIN =
      Option.of(
          "interval-min",
          INTERVAL,
          Limits.DEFAULT.intervalMin(),
          "Between two look-ups at least, whatever the TTL of an answer says.");
  static final Option<Duration> INTERVAL_MAX =
      Option.of(
          "interval-max",
          INTERVAL,
          Limits.DEFAULT.intervalMax(),
          "Between two look-ups at most; for 'consul' that it may wait for a change.");
  static final Option<Integer> SERVERS_MAX =
      Option.of(
          "servers-max",
          Scalars.wholeNumber(1, 10_000),
          Limits.DEFAULT.serversMax(),
          "Servers at most: an answer with more is refused.");
  static final Option<Integer> MAX_CONNECTIONS =
      Option.of(
          "max-connections",
          ServerType.MAX_CONNECTIONS_TYPE,
          Limits.DEFAULT.maxConnections(),
          "Requests (tcp: connections) in flight at a time at each server; 0 is no limit.");

  static final Section<DiscoverConfig> TYPE =
      Section.of(
              DiscoverSection::build,
              DNS,
              SRV,
              FILE,
              CONSUL,
              PORT,
              WEIGHT,
              PREFER,
              RESOLVER,
              AT,
              TAG,
              TOKEN,
              DATACENTER,
              INTERVAL_MIN,
              INTERVAL_MAX,
              SERVERS_MAX,
              MAX_CONNECTIONS)
          .exactlyOneOf(DNS, SRV, FILE, CONSUL)
          .checked(DiscoverSection::check);

  private DiscoverSection() {}

  private static Scalar<String> name(boolean service) {
    String expected =
        service ? "the name of a service (_http._tcp.example.org)" : "the name of a host";
    return Scalars.text(expected, "[A-Za-z0-9_.-]{1,254}", text -> name(text, expected));
  }

  private static Parsed<String> name(String text, String expected) {
    if (AddressText.ipv4(text) || AddressText.ipv6(text)) {
      return Parsed.bad("there is nothing to look up in '" + text + "': put it under 'servers'");
    }
    return AddressText.hostName(text)
        ? Parsed.good(text)
        : Parsed.bad("expected %s, found '%s'".formatted(expected, Spelling.quotable(text)));
  }

  private static Scalar<Family> families() {
    LinkedHashMap<String, Family> choices = new LinkedHashMap<>();
    choices.put("both", Family.BOTH);
    choices.put("ipv4", Family.IPV4);
    choices.put("ipv6", Family.IPV6);
    return Scalars.choice(choices, List.of());
  }

  /** A name would have to be looked up itself. */
  private static Parsed<Address.Tcp> resolver(String text) {
    Parsed<Address> parsed = AddressText.parse(text, "\"10.0.0.2:53\" or \"[v6]:53\"", true);
    if (parsed instanceof Parsed.Bad<Address>(String message)) {
      return Parsed.bad(message);
    }
    return ((Parsed.Good<Address>) parsed).value() instanceof Address.Tcp tcp && !tcp.isName()
        ? Parsed.good(tcp)
        : Parsed.bad("a name server is given by its address, not by a name");
  }

  private static void check(Fields f) {
    only(f, PORT, DNS);
    only(f, WEIGHT, DNS, FILE);
    only(f, PREFER, DNS, SRV);
    only(f, RESOLVER, DNS, SRV);
    for (Option<?> option : List.of(AT, TAG, TOKEN, DATACENTER)) {
      only(f, option, CONSUL);
    }
    for (Option<?> option : List.of(INTERVAL_MIN, INTERVAL_MAX)) {
      only(f, option, DNS, SRV, CONSUL);
    }
    if (f.has(DNS) && !f.has(PORT)) {
      f.at(DNS).problem("which 'port' do its servers listen on?");
    }
    f.requireOrder(INTERVAL_MIN, INTERVAL_MAX);
  }

  private static void only(Fields f, Option<?> option, Option<?>... kinds) {
    List<Option<?>> meaningful = List.of(kinds);
    boolean other =
        List.of(DNS, SRV, FILE, CONSUL).stream()
            .anyMatch(kind -> f.has(kind) && !meaningful.contains(kind));
    if (f.has(option) && other) {
      f.at(option)
          .problem(
              "only '%s' has this"
                  .formatted(
                      String.join("' and '", meaningful.stream().map(Option::key).toList())));
    }
  }

  private static DiscoverConfig build(Fields f) {
    boolean file = f.has(FILE);
    return new DiscoverConfig(
        source(f),
        new Limits(
            file ? FILE_INTERVAL : f.get(INTERVAL_MIN),
            file ? FILE_INTERVAL : f.get(INTERVAL_MAX),
            f.get(SERVERS_MAX),
            f.get(MAX_CONNECTIONS)));
  }

  private static Source source(Fields f) {
    if (f.has(DNS)) {
      // Without a port there is a problem already, and nothing that is built is used.
      int port = f.get(PORT).orElse(0);
      return new Source.Dns(
          f.get(DNS).orElseThrow(), port, f.get(WEIGHT), f.get(PREFER), f.get(RESOLVER));
    }
    if (f.has(SRV)) {
      return new Source.Srv(f.get(SRV).orElseThrow(), f.get(PREFER), f.get(RESOLVER));
    }
    if (f.has(FILE)) {
      return new Source.File(
          f.section().binding().folder().resolve(f.get(FILE).orElseThrow()), f.get(WEIGHT));
    }
    return new Source.Consul(
        f.get(CONSUL).orElse(""), f.get(AT), f.get(TAG), f.get(TOKEN), f.get(DATACENTER));
  }
}
