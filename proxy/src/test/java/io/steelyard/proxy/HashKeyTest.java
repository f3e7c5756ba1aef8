package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.balance.Algorithm;
import io.steelyard.core.balance.HashKey;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** {@code balance: hash} goes by what the configuration names. */
class HashKeyTest extends ProxyTest {
  private static final int SERVERS = 8;

  private void startWith(HashKey.Kind kind, String name) throws Exception {
    setup.balance = Algorithm.HASH;
    setup.hashKey = new HashKey(kind, name);
    for (int i = 0; i < SERVERS; i++) {
      answering("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + i);
    }
    start();
  }

  private String server(String target, String fields) throws Exception {
    Peer client = client();
    String message =
        client.send("GET " + target + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n").message();
    client.close();
    return message.substring(message.length() - 1);
  }

  @Test
  void a_header_field_decides() throws Exception {
    startWith(HashKey.Kind.HEADER, "X-User");
    Set<String> servers = new HashSet<>();
    for (int i = 0; i < 40; i++) {
      String here = server("/" + i, "x-user:  u" + i + " \r\nAccept: a" + i + "\r\n");
      assertThat(server("/", "Accept: b\r\nX-USER: u" + i + "\r\n")).isEqualTo(here);
      servers.add(here);
    }
    assertThat(servers).hasSizeGreaterThan(4);
    assertThat(server("/", "")).as("without one, the address").isEqualTo(server("/x", ""));
  }

  @Test
  void a_cookie_decides() throws Exception {
    startWith(HashKey.Kind.COOKIE, "id");
    Set<String> servers = new HashSet<>();
    for (int i = 0; i < 40; i++) {
      String here = server("/", "Cookie: a=1; id=" + i + "; Id=7\r\n");
      assertThat(server("/", "Cookie: xid=3\r\nCookie: id=" + i + "\r\n")).isEqualTo(here);
      servers.add(here);
    }
    assertThat(servers).hasSizeGreaterThan(4);
  }

  @Test
  void a_query_parameter_decides() throws Exception {
    startWith(HashKey.Kind.QUERY, "q");
    Set<String> servers = new HashSet<>();
    for (int i = 0; i < 40; i++) {
      String here = server("/a?p=q&q=" + i, "");
      assertThat(server("/b?q=" + i + "&q=0", "")).isEqualTo(here);
      servers.add(here);
    }
    assertThat(servers).hasSizeGreaterThan(4);
  }

  @Test
  void the_path_decides_without_its_query() throws Exception {
    startWith(HashKey.Kind.PATH, "");
    Set<String> servers = new HashSet<>();
    for (int i = 0; i < 40; i++) {
      String here = server("/p" + i + "?a=1", "");
      assertThat(server("/p" + i + "?b", "")).isEqualTo(here);
      servers.add(here);
    }
    assertThat(servers).hasSizeGreaterThan(4);
  }
}
