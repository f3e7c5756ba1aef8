package io.steelyard.share.memcached;

import io.steelyard.share.call.Calls;
import io.steelyard.share.store.Store.UnavailableException;
import io.steelyard.share.store.StoreUrl;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;

/** All servers of the store, and the threads that talk to them. Any number of threads may call. */
final class Servers implements AutoCloseable {
  private static final int PORT_DEFAULT = 11_211;
  private static final int SERVERS_MAX = 64;

  private final List<Server> all;
  private final Ring ring;
  private final Calls calls = new Calls("steelyard-memcached");
  private final int timeoutMs;

  private Servers(List<Server> all, int timeoutMs) {
    this.all = all;
    this.ring = new Ring(all.stream().map(Server::name).toList());
    this.timeoutMs = timeoutMs;
  }

  /**
   * The servers of a URL.
   *
   * @throws IllegalArgumentException if it is none that is understood; says why without secrets
   */
  static Servers parse(String text, int timeoutMs) {
    StoreUrl url = StoreUrl.of(text);
    String hosts = url.authority();
    boolean bare = url.path().matches("/?");
    if (!"memcached".equals(url.scheme()) || hosts == null || !bare || hosts.contains("@")) {
      throw new IllegalArgumentException(
          "URL of Memcached: memcached://host:port,host:port was expected, without a password");
    }
    Set<String> names = new LinkedHashSet<>(List.of(hosts.split(",", -1)));
    if (names.size() > SERVERS_MAX) {
      throw new IllegalArgumentException("URL of Memcached: it names too many hosts");
    }
    return new Servers(names.stream().map(name -> server(name, timeoutMs)).toList(), timeoutMs);
  }

  private static Server server(String name, int timeoutMs) {
    int colon = name.lastIndexOf(':');
    boolean port = colon > name.lastIndexOf(']');
    String given = port ? name.substring(0, colon) : name;
    boolean bracketed = given.startsWith("[") && given.endsWith("]");
    String host = bracketed ? given.substring(1, given.length() - 1) : given;
    String number = port ? name.substring(colon + 1) : "" + PORT_DEFAULT;
    if (host.isEmpty()
        || (!bracketed && host.contains(":"))
        || !number.matches("\\d{1,5}")
        || Integer.parseInt(number) > 65_535) {
      throw new IllegalArgumentException("URL of Memcached: no host and port: " + name);
    }
    return new Server(host, Integer.parseInt(number), timeoutMs);
  }

  /** All, in the order of the URL. */
  List<Server> all() {
    return all;
  }

  /** Who keeps {@code key}. */
  Server of(String key) {
    return all.get(ring.of(key));
  }

  int timeoutMs() {
    return timeoutMs;
  }

  /** Until when a call that begins now may last. */
  long deadlineNs() {
    return Calls.deadlineNs(timeoutMs);
  }

  /** One server's answer. */
  <T> T ask(Server server, long deadlineNs, boolean repeat, Server.Words<T> words)
      throws UnavailableException {
    try {
      return calls.call(deadlineNs, server.call(repeat, words));
    } catch (Exception e) {
      throw failed(List.of(server), e);
    }
  }

  /** The answers of servers that are asked side by side, in their order; each may have failed. */
  <T> List<Calls.Answer<T>> askAll(List<Server> servers, List<Server.Words<T>> words) {
    List<Callable<T>> all = new ArrayList<>();
    for (int i = 0; i < servers.size(); i++) {
      all.add(servers.get(i).call(true, words.get(i)));
    }
    return calls.callAll(deadlineNs(), all);
  }

  /** What to tell of servers that failed. */
  static UnavailableException failed(List<Server> servers, Exception e) {
    String why = e.getMessage() == null ? e.toString() : e.getMessage();
    String names = String.join(",", servers.stream().map(Server::name).toList());
    return new UnavailableException("memcached://" + names + ": " + why, e);
  }

  @Override
  public String toString() {
    return "memcached://" + String.join(",", all.stream().map(Server::name).toList());
  }

  @Override
  public void close() {
    calls.close();
    all.forEach(Server::close);
  }
}
