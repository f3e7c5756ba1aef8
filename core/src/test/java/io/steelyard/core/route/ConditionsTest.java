package io.steelyard.core.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.Allocation;
import io.steelyard.core.route.Conditions.Wanted;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Routes that ask for more than host and path. */
final class ConditionsTest {
  /** Of a request with one field {@code x: a} and then one {@code x: b}. */
  private static final class Request implements Asked {
    private final byte[] bytes;
    private final int pathTo;
    private final int first;
    private int found;

    Request(String method, String target) {
      bytes = (method + target + "ab").getBytes(StandardCharsets.US_ASCII);
      methodTo = method.length();
      pathTo = bytes.length - 2;
      first = pathTo;
    }

    private final int methodTo;

    int match(RouteTable table) {
      return table.match(bytes, 0, 0, methodTo, pathTo, this);
    }

    @Override
    public int methodFrom() {
      return 0;
    }

    @Override
    public int methodTo() {
      return methodTo;
    }

    @Override
    public boolean findField(byte[] lowerName) {
      found = first;
      return lowerName.length == 1 && lowerName[0] == 'x';
    }

    @Override
    public boolean findNextField(byte[] lowerName) {
      return ++found < bytes.length;
    }

    @Override
    public int foundFrom() {
      return found;
    }

    @Override
    public int foundTo() {
      return found + 1;
    }
  }

  private static RouteTable asking(Conditions conditions) {
    return new RouteTable(List.of(new Route("", "", conditions, Treatment.NONE, Action.pool(0))));
  }

  private static boolean matches(Conditions conditions, String method, String target) {
    return new Request(method, target).match(asking(conditions)) == 0;
  }

  @ParameterizedTest
  @CsvSource({
    "/x, true",
    "/x?y, true",
    "/x/, false",
    "/x/y, false",
    "/xy, false",
    "/, false",
    "//x, false"
  })
  void an_exact_path_is_the_whole_path(String target, boolean matches) {
    Conditions exact = new Conditions("/x", List.of(), List.of(), List.of());
    assertThat(matches(exact, "GET", target)).isEqualTo(matches);
  }

  @Test
  void an_absolute_target_without_a_path_asks_for_the_root() {
    Conditions root = new Conditions("/", List.of(), List.of(), List.of());
    assertThat(matches(root, "GET", "")).isTrue();
    assertThat(matches(root, "GET", "?x")).isTrue();
    assertThat(matches(root, "GET", "/x")).isFalse();
  }

  @Test
  void one_of_the_methods_is_the_request_s_own() {
    Conditions writes = new Conditions("", List.of("PUT", "DELETE"), List.of(), List.of());
    assertThat(matches(writes, "PUT", "/")).isTrue();
    assertThat(matches(writes, "DELETE", "/")).isTrue();
    assertThat(matches(writes, "GET", "/")).isFalse();
    assertThat(matches(writes, "put", "/")).isFalse();
    assertThat(matches(writes, "PUTT", "/")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "X, a, true",
    "x, b, true",
    "x, c, false",
    "x, '', false",
    "x, *, true",
    "y, *, false"
  })
  void one_of_the_fields_of_that_name_has_the_value(String name, String value, boolean matches) {
    Conditions header = new Conditions("", List.of(), List.of(new Wanted(name, value)), List.of());
    assertThat(matches(header, "GET", "/")).isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource({
    "/?v=2, 2, true",
    "/?a=1&v=2, 2, true",
    "/?v=1&v=2, 2, true",
    "/?v=22, 2, false",
    "/?av=2, 2, false",
    "/?V=2, 2, false",
    "/v=2, 2, false",
    "/?v, '', true",
    "/?v=, '', true",
    "/?v, *, true",
    "/?v=7, *, true",
    "/?w&v, *, true",
    "/, *, false",
    "/?, *, false",
    "/?x=?v=2, 2, false"
  })
  void one_of_the_parameters_of_that_name_has_the_value(
      String target, String value, boolean matches) {
    Conditions query = new Conditions("", List.of(), List.of(), List.of(new Wanted("v", value)));
    assertThat(matches(query, "GET", target)).isEqualTo(matches);
  }

  @Test
  void all_conditions_have_to_hold() {
    Conditions all =
        new Conditions(
            "/x", List.of("GET"), List.of(new Wanted("x", "a")), List.of(new Wanted("v", "1")));
    assertThat(matches(all, "GET", "/x?v=1")).isTrue();
    assertThat(matches(all, "GET", "/y?v=1")).isFalse();
    assertThat(matches(all, "PUT", "/x?v=1")).isFalse();
    assertThat(matches(all, "GET", "/x?v=2")).isFalse();
  }

  @Test
  void conditions_allocate_nothing() {
    RouteTable table =
        asking(new Conditions("", List.of("PUT", "GET"), List.of(new Wanted("x", "b")), List.of()));
    Request request = new Request("GET", "/");
    assertThat(request.match(table)).isZero();
    assertThat(Allocation.bytes(10_000, () -> request.match(table))).isLessThan(10_000);
  }
}
