package io.steelyard.config;

import io.steelyard.config.StoreUrl.Refused;
import io.steelyard.config.bind.Spelling;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The hosts of a store's URL, with commas between; a port that is left out is the usual one. */
final class StoreHosts {
  /** More than such a store has. */
  static final int HOSTS_MAX = 64;

  private static final Pattern HOST_PORT =
      Pattern.compile("(?:\\[([^\\]]+)\\]|([^:\\[\\]]+))(?::([0-9]{1,9}))?");

  private StoreHosts() {}

  static List<Address.Tcp> read(int portDefault, String scheme, String text) throws Refused {
    if (text.isEmpty()) {
      throw new Refused("expected a host after '" + scheme + "'");
    }
    String[] hosts = text.split(",", -1);
    if (hosts.length > HOSTS_MAX) {
      throw new Refused("expected at most %d hosts, found %d".formatted(HOSTS_MAX, hosts.length));
    }
    List<Address.Tcp> endpoints = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String host : hosts) {
      Address.Tcp endpoint = endpoint(host, portDefault, endpoints.size() + 1);
      if (!seen.add(NodeAddress.identity(endpoint))) {
        throw new Refused("host '" + endpoint + "' stands there twice");
      }
      endpoints.add(endpoint);
    }
    return endpoints;
  }

  /** A port is not repeated in messages: where a host is forgotten, it is the password. */
  private static Address.Tcp endpoint(String text, int portDefault, int position) throws Refused {
    Matcher m = HOST_PORT.matcher(text);
    if (!m.matches()) {
      throw new Refused(
          "expected \"host\", \"host:port\" or \"[v6]:port\" as host %d".formatted(position));
    }
    String v6 = m.group(1);
    String host = v6 != null ? v6 : m.group(2);
    if (!(v6 != null ? AddressText.ipv6(v6) : AddressText.hostName(host))) {
      throw new Refused(
          "'%s' is neither a host name nor an address".formatted(Spelling.quotable(host)));
    }
    int port = m.group(3) == null ? portDefault : Integer.parseInt(m.group(3));
    if (port < 1 || port > 65_535) {
      throw new Refused("expected a port from 1 to 65535 after '%s:'".formatted(host));
    }
    return new Address.Tcp(host, port);
  }
}
