package io.steelyard.core.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.Allocation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTableTest {
  @ParameterizedTest
  @CsvSource({
    "shop.example, shop.example, true",
    "shop.example, SHOP.Example, true",
    "shop.example, shop.example., true",
    "shop.example, xshop.example, false",
    "shop.example, shop.example.org, false",
    "shop.example, hop.example, false",
    "shop.example, '', false",
    "shop.example, ., false",
    "*.example, a.example, true",
    "*.example, A.B.EXAMPLE, true",
    "*.example, a.example., true",
    "*.example, example, false",
    "*.example, .example, false",
    "*.example, aexample, false",
    "'', anything.at.all, true",
    "'', '', true",
    "[::1], [::1], true",
  })
  void a_host_matches_exactly_or_by_its_domain(String pattern, String host, boolean matches) {
    assertThat(matches(new Route(pattern, "", 0), host, "/")).isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource({
    "/api, /api, true",
    "/api, /api/, true",
    "/api, /api/x, true",
    "/api, /api?x, true",
    "/api, /apix, false",
    "/api, /apix?/api, false",
    "/api, /ap, false",
    "/api, /x?/api, false",
    "/api, /API, false",
    "/api/, /api/, true",
    "/api/, /api/x, true",
    "/api/, /api, false",
    "/api/, /api?/, false",
    "/, /, true",
    "/, /x, true",
    "/, '', true",
    "/, *, true",
    "/, ?q, true",
    "/api, ?/api, false",
    "'', *, true",
    "'', '', true",
  })
  void a_path_matches_by_whole_segments(String prefix, String path, boolean matches) {
    assertThat(matches(new Route("", prefix, 0), "h", path)).isEqualTo(matches);
  }

  @Test
  void the_first_route_that_matches_wins() {
    RouteTable table =
        new RouteTable(
            List.of(
                new Route("shop.example", "/api/", 3),
                new Route("*.example", "", 1),
                new Route("", "/api/", 2)));
    assertThat(route(table, "shop.example", "/api/x")).isEqualTo(3);
    assertThat(route(table, "shop.example", "/")).isEqualTo(1);
    assertThat(route(table, "other", "/api/x")).isEqualTo(2);
    assertThat(route(table, "other", "/x")).isEqualTo(RouteTable.NONE);
    assertThat(route(new RouteTable(List.of()), "other", "/x")).isEqualTo(RouteTable.NONE);
  }

  @Test
  void bytes_around_the_host_and_path_are_not_looked_at() {
    RouteTable table = new RouteTable(List.of(new Route("a.example", "/p", 0)));
    byte[] head =
        "GET /p HTTP/1.1\r\nHost: a.example:8080\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    assertThat(table.route(head, 23, 32, 4, 6)).isZero();
    assertThat(table.route(head, 22, 32, 4, 6)).isEqualTo(RouteTable.NONE);
  }

  @Test
  void routing_allocates_nothing() {
    RouteTable table =
        new RouteTable(List.of(new Route("*.other", "/p", 0), new Route("a.example", "/p/", 1)));
    byte[] head = "/p/x?y A.Example".getBytes(StandardCharsets.US_ASCII);
    assertThat(table.route(head, 7, 16, 0, 6)).isEqualTo(1);
    assertThat(Allocation.bytes(10_000, () -> table.route(head, 7, 16, 0, 6))).isLessThan(10_000);
  }

  private static boolean matches(Route route, String host, String path) {
    return route(new RouteTable(List.of(route)), host, path) == route.pool();
  }

  private static int route(RouteTable table, String host, String path) {
    byte[] head = ("x" + host + path + "/").getBytes(StandardCharsets.US_ASCII);
    int pathFrom = 1 + host.length();
    return table.route(head, 1, pathFrom, pathFrom, pathFrom + path.length());
  }
}
